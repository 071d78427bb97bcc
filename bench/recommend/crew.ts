import { Worker } from 'node:worker_threads'
import type { Pairs } from '../pairs/data-set.ts'
import { createWork, type Done, type Job } from './work.ts'

/** Jobs are taken in the order in which they come, each by the next thread that is free. */
export type Crew = {
  work: <Name extends Job['do']>(job: Extract<Job, { do: Name }>) => Promise<Done[Name]>
  close: () => Promise<void>
}
export type FromWorker = { report: string } | { done: Done[Job['do']] } | { failed: string }

/** Without threads the work is done here, one job after the other. */
export function createCrew(train: Pairs, threads: number, report: (line: string) => void): Crew {
  if (threads === 0) {
    const work = createWork(train, report)
    // A job's answer is what its name says; the switch in `createWork` keeps that.
    return { work: async (job) => work(job) as Done[typeof job.do], close: async () => {} }
  }
  const workers = Array.from({ length: threads }, () => startWorker(train, report))
  const free = [...workers]
  const waiting: ((worker: CrewWorker) => void)[] = []
  const release = (worker: CrewWorker) => {
    const next = waiting.shift()
    if (next) next(worker)
    else free.push(worker)
  }
  return {
    work: async (job) => {
      const worker = free.shift() ?? (await new Promise<CrewWorker>((resolve) => waiting.push(resolve)))
      try {
        return (await worker.ask(job)) as Done[typeof job.do]
      } finally {
        release(worker)
      }
    },
    close: async () => {
      await Promise.all(workers.map(({ thread }) => thread.terminate()))
    }
  }
}

type CrewWorker = { thread: Worker; ask: (job: Job) => Promise<Done[Job['do']]> }

function startWorker(train: Pairs, report: (line: string) => void): CrewWorker {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData: train })
  let answer: { resolve: (done: Done[Job['do']]) => void; reject: (error: unknown) => void } | undefined
  let broken: Error | undefined
  thread.on('message', (message: FromWorker) => {
    if ('report' in message) report(message.report)
    else if ('done' in message) answer?.resolve(message.done)
    else answer?.reject(new Error(message.failed))
  })
  const breakDown = (error: Error) => {
    broken = error
    answer?.reject(error)
  }
  thread.on('error', breakDown)
  thread.on('exit', (code) => breakDown(new Error(`a thread of the bench ended with ${code}`)))
  return {
    thread,
    ask: (job) =>
      new Promise((resolve, reject) => {
        if (broken) {
          reject(broken)
          return
        }
        answer = { resolve, reject }
        thread.postMessage(job)
      })
  }
}
