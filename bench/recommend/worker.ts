import { parentPort, workerData } from 'node:worker_threads'
import type { Pairs } from '../pairs/data-set.ts'
import type { FromWorker } from './crew.ts'
import { createWork, type Job } from './work.ts'

const tell = (message: FromWorker) => parentPort?.postMessage(message)
const work = createWork(workerData as Pairs, (report) => tell({ report }))

parentPort?.on('message', (job: Job) => {
  try {
    tell({ done: work(job) })
  } catch (error) {
    tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
