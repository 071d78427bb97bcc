import type { Job } from './job.ts'

/** The same job, but after each run it rests so many times as long as the run took: whatever a shop grows to, it costs a share. */
export function restAfter(job: Job, { times }: { times: number }): Job {
  let restsUntilMs = 0
  return {
    ...job,
    async run(ports) {
      const startedMs = Date.now()
      if (startedMs < restsUntilMs)
        return { version: '', detail: `rests ${Math.ceil((restsUntilMs - startedMs) / 1000)} s more` }
      try {
        return await job.run(ports)
      } finally {
        const endedMs = Date.now()
        restsUntilMs = endedMs + times * (endedMs - startedMs)
      }
    }
  }
}
