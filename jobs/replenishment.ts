import { servedKey } from '../models/contracts/served.ts'
import type { ServedAlert, ServedForecast, ServedReplenishment } from '../models/contracts/served-stock.ts'
import { sendDecided } from './alerts/outbox.ts'
import { readRows } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'
import { keepReplenishment, readSaid, type Said } from './keep-replenishment.ts'
import { publish, readCurrent, readPublished } from './redis.ts'
import { toReplenishment, type RentalLoad } from './replenishment-records.ts'
import { dayNumberOf } from './shop-days.ts'
import { readStanding } from './standing.ts'
import { decideAlerts, type AlertReading } from './stock-alerts.ts'

export const NAME = 'replenishment'

/** What a record was made of, and the record: as long as the one is the same, so is the other. */
type Made = { from: string; record: ServedReplenishment }
type Memory = {
  /** Of the forecasts that are kept below. */
  version: string | undefined
  forecasts: ReadonlyMap<string, ServedForecast>
  made: ReadonlyMap<string, Made>
  /** Undefined before the first run. */
  said: Said | undefined
}

/**
 * What to order, and when stock runs out, by the night's demand and the stock of now. A process that runs it again and again
 * reckons only what moved: forecasts and records of the last run are kept, one of each a product.
 */
export function createReplenishment(): (ports: JobPorts) => Promise<JobResult> {
  let memory: Memory = { version: undefined, forecasts: new Map(), made: new Map(), said: undefined }
  return async (ports) => {
    const step = (done: number, what: string) => ports.progress(done, 5, `${NAME}: ${what}`)
    step(0, 'reading')
    memory = await withForecasts(ports, memory)
    step(1, 'reckoning')
    const { made, reckoned } = await reckon(ports, memory)
    step(2, 'warning')
    const warned = await warn(ports, made)
    step(3, 'publishing')
    const before = memory.said ?? (await readSaid(ports.clickhouse))
    const records = [...made.values()].map(({ record }) => {
      const alerts = warned.alerts.get(record.product_id)
      return alerts ? { ...record, alerts } : record
    })
    const { version } = await publish(
      ports.redis,
      NAME,
      records.map((record) => [record.product_id, JSON.stringify(record)] as const)
    )
    step(4, 'keeping')
    memory = {
      ...memory,
      made,
      said: await keepReplenishment(ports.clickhouse, { version, before, records })
    }
    // What stands is published; that nobody was warned is still a failure.
    if (warned.error !== undefined) throw unwarned(warned.error)
    step(5, 'done')
    return { version, detail: said(records, reckoned) }
  }
}

const unwarned = (cause: unknown) =>
  new Error(
    `published, but warnings do not reach the log, and go with the next run: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause }
  )

type Warned = { alerts: ReadonlyMap<string, ServedAlert[]>; error?: unknown }

/**
 * Low is what can be sold once it is below the threshold that people set; without one a position at its reorder point, so that what
 * was ordered in time warns nobody. Empty is what has nothing to sell.
 */
async function warn(ports: JobPorts, made: ReadonlyMap<string, Made>): Promise<Warned> {
  const [clock] = await readRows<{ now: string }>(ports.clickhouse, 'clock')
  const at = clock ? new Date(`${clock.now.replace(' ', 'T')}Z`) : new Date()
  const readings = [...made.values()].flatMap(({ record }): AlertReading[] => {
    const { product_id, supplier_id, available, position, stock, threshold } = record
    const { reorder_point, order_up_to, simulated } = record
    if (available === null || !stock) return []
    const low =
      threshold === null
        ? { low_at: reorder_point, low_units: position, low_order_up_to: order_up_to }
        : { low_at: threshold - 1 }
    return [
      {
        product_id,
        group: supplier_id ?? '',
        available,
        at,
        moved_at: new Date(stock.moved_at),
        is_simulated:
          simulated.includes('available') || (threshold === null && simulated.includes('reorder_point')),
        ...low
      }
    ]
  })
  const alerts = await decideAlerts(ports, readings)
  return sendDecided(ports).then(
    () => ({ alerts }),
    (error: unknown) => ({ alerts, error })
  )
}

async function withForecasts({ redis }: JobPorts, memory: Memory): Promise<Memory> {
  const version = (await readCurrent(redis))['forecasts']
  if (version === memory.version) return memory
  const forecasts = version
    ? await readPublished<ServedForecast>(redis, servedKey('forecasts', version))
    : new Map<string, ServedForecast>()
  return { version, forecasts, made: new Map(), said: memory.said }
}

async function reckon(
  { clickhouse, config }: JobPorts,
  { forecasts, made: before }: Memory
): Promise<{ made: Map<string, Made>; reckoned: number }> {
  const nowMs = Date.now()
  const now = { config, nowMs, today: dayNumberOf(new Date(nowMs), config.SHOP_TIME_ZONE) }
  const rentals = new Map(
    (await readRows<RentalLoad & { product_id: string }>(clickhouse, 'rental-loads')).map((one) => [
      one.product_id,
      one
    ])
  )
  const made = new Map<string, Made>()
  let reckoned = 0
  for (const row of await readStanding(clickhouse, config)) {
    const rental = rentals.get(row.product_id)
    const isSnoozed = row.decision === 'snoozed' && Number(row.snoozed_until_ms) > nowMs
    const from = JSON.stringify([now.today, isSnoozed, rental, row])
    const known = before.get(row.product_id)
    if (known?.from === from) made.set(row.product_id, known)
    else {
      const record = toReplenishment(row, forecasts.get(row.product_id), { ...now, rental })
      made.set(row.product_id, { from, record })
      reckoned++
    }
  }
  return { made, reckoned }
}

function said(records: readonly ServedReplenishment[], reckoned: number): string {
  const orders = records.filter(({ order }) => order.quantity > 0)
  return `${records.length} products, ${reckoned} reckoned anew, ${orders.length} to order`
}
