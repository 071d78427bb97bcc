import { parentPort, workerData } from 'node:worker_threads'
import { joinLists, type Neighbours } from '../neighbours.ts'
import { createFit, takeRange, type ListTask, type Queue } from './list-task.ts'

export type WorkerInput = { task: ListTask; queue: Queue }
/** Lists of the items from `from` on. */
export type FittedRange = { from: number; results: Neighbours[] }

// Our own thread started this one, a few lines of `fit-lists.ts` away.
const { task, queue } = workerData as WorkerInput
const fit = createFit(task)
for (let range = takeRange(queue); range; range = takeRange(queue)) {
  const results = fit(range).map(joinLists)
  const fitted: FittedRange = { from: range.from, results }
  const buffers = results.flatMap(({ offsets, indexes, scores }) => [offsets, indexes, scores])
  // Handed over, not copied.
  parentPort?.postMessage(
    fitted,
    buffers.map(({ buffer }) => buffer as ArrayBuffer)
  )
}
