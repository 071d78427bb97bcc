import { servedKey } from '../models/contracts/served.ts'
import type { ServedForecast, ServedReplenishment } from '../models/contracts/served-stock.ts'
import { readRows } from './clickhouse.ts'
import type { JobPorts, JobResult } from './job.ts'
import { keepReplenishment } from './keep-replenishment.ts'
import { publish, readCurrent, readPublished } from './redis.ts'
import { toReplenishment, type RentalLoad } from './replenishment-records.ts'
import { dayNumberOf } from './shop-days.ts'
import { readStanding } from './standing.ts'

export const NAME = 'replenishment'

/** What a record was made of, and the record: as long as the one is the same, so is the other. */
type Made = { from: string; record: ServedReplenishment }
type Memory = {
  /** Of the forecasts that are kept below. */
  version: string | undefined
  forecasts: ReadonlyMap<string, ServedForecast>
  made: ReadonlyMap<string, Made>
}

/**
 * What to order, and when stock runs out, by the night's demand and the stock of now. A process that runs it again and again
 * reckons only what moved: forecasts and records of the last run are kept, one of each a product.
 */
export function createReplenishment(): (ports: JobPorts) => Promise<JobResult> {
  let memory: Memory = { version: undefined, forecasts: new Map(), made: new Map() }
  return async (ports) => {
    const step = (done: number, what: string) => ports.progress(done, 4, `${NAME}: ${what}`)
    step(0, 'reading')
    memory = await withForecasts(ports, memory)
    step(1, 'reckoning')
    const { made, reckoned } = await reckon(ports, memory)
    step(2, 'publishing')
    const before = await readBefore(ports, memory)
    const records = [...made.values()].map(({ record }) => record)
    const published = await publish(
      ports.redis,
      NAME,
      records.map((record) => [record.product_id, JSON.stringify(record)] as const)
    )
    step(3, 'keeping')
    await keepReplenishment(ports.clickhouse, { version: published.version, before, records })
    memory = { ...memory, made }
    step(4, 'done')
    return { version: published.version, detail: said(records, reckoned) }
  }
}

async function withForecasts({ redis }: JobPorts, memory: Memory): Promise<Memory> {
  const version = (await readCurrent(redis))['forecasts']
  if (version === memory.version) return memory
  const forecasts = version
    ? await readPublished<ServedForecast>(redis, servedKey('forecasts', version))
    : new Map<string, ServedForecast>()
  return { version, forecasts, made: new Map() }
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

/** What was said last: by this process, or by the one before it. */
async function readBefore(
  { redis }: JobPorts,
  { made }: Memory
): Promise<ReadonlyMap<string, ServedReplenishment>> {
  if (made.size > 0) return new Map([...made].map(([product_id, { record }]) => [product_id, record]))
  const version = (await readCurrent(redis))[NAME]
  return version ? readPublished<ServedReplenishment>(redis, servedKey(NAME, version)) : new Map()
}

function said(records: readonly ServedReplenishment[], reckoned: number): string {
  const orders = records.filter(({ order }) => order.quantity > 0)
  return `${records.length} products, ${reckoned} reckoned anew, ${orders.length} to order`
}
