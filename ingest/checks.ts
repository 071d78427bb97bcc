import type { ClickHouseClient } from '@clickhouse/client'
import type { LogEnd } from '../models/contracts/event-log.ts'
import { checkLog, listFacts, type Check } from './checks/facts.ts'
import { listMarts } from './checks/marts.ts'
import { listSales } from './checks/sales.ts'
import { checkLogKept, readStoredEnds } from './checks/log-kept.ts'
import { checkReplay } from './checks/shop-file.ts'
import { checkDigests, recordVerified } from './checks/verified.ts'
import { readWindows, type Window } from './checks/windows.ts'

export type Verified = {
  checks: number
  broken: { check: string; problems: string[] }[]
  windows: Window[]
  /** What only a full run can check. */
  left_out: string[]
}
type Ports = {
  client: ClickHouseClient
  readEnds(): Promise<LogEnd[]>
  dataDir: string
  /** Told of every check when it is done. */
  say?(check: string, problems: string[], tookMs: number): void
}

/**
 * Proves what was stored since the last run, or, full, all of it. What must hold is asked of a state that no longer
 * changes: the ranges that were recorded when it began. So it may run while events flow.
 */
export async function verifyWarehouse(
  { isFull }: { isFull: boolean },
  { client, readEnds, dataDir, say }: Ports
): Promise<Verified> {
  const startedAt = new Date()
  const broken: Verified['broken'] = []
  let checks = 0
  async function run(check: Check): Promise<void> {
    const startedMs = performance.now()
    // A check that cannot be made proves nothing.
    const problems = await check.problems().catch((error: unknown) => [messageOf(error)])
    checks++
    if (problems.length > 0) broken.push({ check: check.name, problems })
    say?.(check.name, problems, performance.now() - startedMs)
  }

  // In this order: the log can only have grown since, and the ranges too.
  const before = await readStoredEnds(client)
  const ends = await readEnds()
  await run(checkLogKept(before, ends))
  await run(checkLog(client, ends))
  const windows = await readWindows(client, ends, { isFull })
  // Where nothing was verified yet there is no part to be content with.
  const isWhole = isFull || windows.every(({ from }) => from === 0)
  const facts = await listFacts(client, windows, { isFull: isWhole })
  const marts = await listMarts(client, windows, { isFull: isWhole })
  const sales = await listSales(client, windows, { isFull: isWhole })
  const digests = isWhole ? [checkDigests(client)] : []
  for (const check of [...facts.checks, ...marts.checks, ...sales.checks, ...digests]) await run(check)
  for (const check of await checkReplay(client, dataDir)) await run(check)
  if (broken.length === 0) await recordVerified(client, windows, startedAt)
  return { checks, broken, windows, left_out: [...facts.left_out, ...marts.left_out, ...sales.left_out] }
}

/** Those of all rows that are stored by now. */
export async function checkFacts(client: ClickHouseClient): Promise<Check[]> {
  return (await listFacts(client, await readWindows(client, [], { isFull: true }), { isFull: true })).checks
}
export async function checkMarts(client: ClickHouseClient): Promise<Check[]> {
  const windows = await readWindows(client, [], { isFull: true })
  const lists = [listMarts, listSales].map((list) => list(client, windows, { isFull: true }))
  return (await Promise.all(lists)).flatMap(({ checks }) => checks)
}
export { checkLog }

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
