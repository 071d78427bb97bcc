import type { Topic } from '../models/contracts/topics.ts'
import { readRows } from './clickhouse.ts'
import type { Job, JobPorts } from './job.ts'
import { readWatermark, writeWatermark } from './redis.ts'

/**
 * The same job, but it rests while nothing new of these topics was stored, and what it builds upon (`basis`) is as it was: for
 * jobs that run every minute.
 */
export function whenNew(
  topics: readonly Topic[],
  job: Job,
  { basis = async () => '' }: { basis?: (ports: JobPorts) => Promise<string> } = {}
): Job {
  return {
    ...job,
    async run(ports) {
      // Read before the job reads: what is stored meanwhile is new to the next run.
      const [row] = await readRows<{ stored_at: string }>(ports.clickhouse, 'last-stored', { topics })
      const watermark = `stored ${row?.stored_at ?? ''} ${await basis(ports)}`
      if ((await readWatermark(ports.redis, job.name)) === watermark) {
        ports.progress(1, 1, `${job.name}: nothing new`)
        return { version: '', detail: 'nothing new' }
      }
      const result = await job.run(ports)
      await writeWatermark(ports.redis, job.name, watermark)
      return result
    }
  }
}
