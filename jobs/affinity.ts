import type { JobPorts, JobResult } from './job.ts'

/** Recomputes `mart.affinity` from all sales. The engine swaps the new table in when it is whole. */
export async function refreshAffinity({
  clickhouse,
  progress
}: Pick<JobPorts, 'clickhouse' | 'progress'>): Promise<JobResult> {
  progress(0, 1, 'affinity')
  await clickhouse.command({ query: 'SYSTEM REFRESH VIEW mart.affinity_refresh' })
  await clickhouse.command({ query: 'SYSTEM WAIT VIEW mart.affinity_refresh' })
  progress(1, 1, 'affinity')
  return { version: '', detail: 'mart.affinity is up to date' }
}
