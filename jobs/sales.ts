import type { JobPorts, JobResult } from './job.ts'

/** Recomputes `mart.sales_daily` from every line: late payments and refunds count on their own day. */
export async function refreshSales({ clickhouse, progress }: JobPorts): Promise<JobResult> {
  progress(0, 1, 'sales')
  await clickhouse.command({ query: 'SYSTEM REFRESH VIEW mart.sales_daily_refresh' })
  await clickhouse.command({ query: 'SYSTEM WAIT VIEW mart.sales_daily_refresh' })
  progress(1, 1, 'sales')
  return { version: '', detail: 'mart.sales_daily is up to date' }
}
