import type { ClickHouseClient } from '@clickhouse/client'
import type { Redis } from 'ioredis'
import type { Config } from '../models/contracts/config.ts'
import type { EventSender } from '../models/contracts/event-log.ts'
import type { Progress } from './progress.ts'

export type JobPorts = {
  clickhouse: ClickHouseClient
  redis: Redis
  config: Config
  /** For what the pipeline itself has to say: it goes the way of all events. */
  sendEvents: EventSender['send']
  progress: Progress
  /** Publish although the job itself would not. */
  anyway?: boolean
}

/** What a run did, for people (`detail`) and for `ops.job_runs`. */
export type JobResult = { version: string; detail: string }

export type Job = {
  name: string
  what: string
  cron?: string
  /** Runs only when it is named: it does again what another job does. */
  is_apart?: boolean
  run: (ports: JobPorts) => Promise<JobResult>
}

export type JobRun = { job: string; ok: boolean; took_ms: number; version: string; detail: string }

/** Runs a job and writes what came of it to `ops.job_runs`. A failed job leaves what was published before. */
export async function runJob(job: Job, ports: JobPorts): Promise<JobRun> {
  const startedAt = new Date()
  const outcome = await job.run(ports).then(
    (result) => ({ ok: true, ...result }),
    (error: unknown) => ({
      ok: false,
      version: '',
      detail: error instanceof Error ? error.message : String(error)
    })
  )
  const run = { job: job.name, took_ms: Date.now() - startedAt.getTime(), ...outcome }
  const row = { ...run, started_at: startedAt.toISOString().replace('Z', '').replace('T', ' ') }
  await ports.clickhouse.insert({ table: 'ops.job_runs', values: [row], format: 'JSONEachRow' })
  return run
}
