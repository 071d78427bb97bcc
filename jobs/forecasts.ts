import type { JobPorts, JobResult } from './jobs.ts'
import { publish } from './redis.ts'

export async function publishForecasts({ redis }: JobPorts): Promise<JobResult> {
  const { version } = await publish(redis, 'forecasts', [])
  return { version, detail: 'waiting for the models' }
}
