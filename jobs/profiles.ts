import { tellProfiles } from '../models/profiles/refresh.ts'
import { customerOf } from '../models/profiles/sources.ts'
import { sumUnits, type Told, type ToldMark, type ToldOrder } from '../models/profiles/told.ts'
import { readRows } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'
import { openCommands } from './redis.ts'

const TOLD_A_TRIP = 2_000

/**
 * Fills a serving store that lost its profiles: tells it again what ingest told it. What live events write meanwhile stays,
 * because it does not matter what is told first. Logins and refusals come first all the same: they divide the rest.
 */
export async function rebuildProfiles({ clickhouse, redis, progress }: JobPorts): Promise<JobResult> {
  const send = openCommands(redis)
  const [row] = await readRows<{ part_count: number }>(clickhouse, 'profile-parts')
  const part_count = row?.part_count ?? 1
  let toldCount = 0
  for (const [step, read] of [readCustomers, readOrders, readMarks].entries()) {
    for (let part = 0; part < part_count; part++) {
      const told = await read(clickhouse, { part, part_count })
      for (let i = 0; i < told.length; i += TOLD_A_TRIP) {
        await tellProfiles(send, told.slice(i, i + TOLD_A_TRIP))
        progress(step * part_count + part + i / told.length, 3 * part_count, 'profiles')
      }
      toldCount += told.length
    }
  }
  progress(1, 1, 'profiles')
  return { version: '', detail: `${toldCount} facts of visitors` }
}

type Part = { part: number; part_count: number }

async function readCustomers(clickhouse: JobPorts['clickhouse'], part: Part): Promise<Told[]> {
  const rows = await readRows<{
    customer_id: string
    anonymous_id: string
    tier: string
    personalisation: string | null
    type: string
    at_ms: number
  }>(clickhouse, 'profile-customers', part)
  return rows.map(({ customer_id, anonymous_id, tier, personalisation, type, at_ms }): Told => {
    if (type === 'customer_logged_in') return { kind: 'login', customer_id, anonymous_id, at_ms }
    const visitor = customerOf(customer_id)
    if (type !== 'consent_changed') return { kind: 'fact', visitor, name: 'tier', value: tier, at_ms }
    const value = personalisation === 'true' ? '1' : '0'
    return { kind: 'fact', visitor, name: 'personalisation', value, at_ms }
  })
}

async function readOrders(clickhouse: JobPorts['clickhouse'], part: Part): Promise<Told[]> {
  type Row = Omit<ToldOrder, 'kind' | 'units'> & { units: [string, number][] }
  const rows = await readRows<Row>(clickhouse, 'profile-orders', part)
  return rows.map(({ units, ...row }) => {
    const lines = units.map(([product_id, count]) => ({ product_id, units: count }))
    return { kind: 'order', ...row, units: sumUnits(lines) }
  })
}

async function readMarks(clickhouse: JobPorts['clickhouse'], part: Part): Promise<Told[]> {
  const rows = await readRows<Omit<ToldMark, 'kind'>>(clickhouse, 'profile-marks', part)
  return rows.map((row) => ({ kind: 'mark', ...row }))
}
