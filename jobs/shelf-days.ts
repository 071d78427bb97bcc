import type { ClickHouseClient } from '@clickhouse/client'
import { readRows } from './clickhouse.ts'
import { shopClock } from './shop-days.ts'

/** Days since 1970-01-01 in the shop's zone, both counted. */
export type OfferDays = { fromDay: number; toDay: number; discount: number }

export type ShelfDays = {
  /** Share of each of the last `length` days up to the last day on which there was something to sell; undefined where there always was. */
  availableOf: (product_id: string, length: number) => Float64Array | undefined
  offersOf: (product_id: string) => readonly OfferDays[]
}

type Stretch = { product_id: string; from_ms: string; to_ms: string }
type Options = { timeZone: string; lastDay: number }

export async function readShelfDays(clickhouse: ClickHouseClient, options: Options): Promise<ShelfDays> {
  const empty = Map.groupBy(
    await readRows<Stretch>(clickhouse, 'empty-shelves'),
    ({ product_id }) => product_id
  )
  const offers = Map.groupBy(
    await readRows<Stretch & { discount: number }>(clickhouse, 'offers'),
    ({ product_id }) => product_id
  )
  const { lastDay } = options
  const placeOf = shopClock(options.timeZone)
  const dayOf = (ms: string) => Math.floor(placeOf(Number(ms)))
  return {
    availableOf(product_id, length) {
      const own = empty.get(product_id)
      return own && length > 0 ? availableDays(own, { placeOf, lastDay, length }) : undefined
    },
    offersOf: (product_id) =>
      (offers.get(product_id) ?? []).map(({ from_ms, to_ms, discount }) => ({
        fromDay: dayOf(from_ms),
        toDay: dayOf(to_ms),
        discount
      }))
  }
}

/** Days are taken to have 24 hours: on the two days a year that have not, an hour is nothing that a share would show. */
function availableDays(
  empty: readonly Stretch[],
  { placeOf, lastDay, length }: { placeOf: (ms: number) => number; lastDay: number; length: number }
): Float64Array {
  const first = lastDay + 1 - length
  const available = new Float64Array(length).fill(1)
  for (const { from_ms, to_ms } of empty) {
    const [from, to] = [placeOf(Number(from_ms)), placeOf(Number(to_ms))]
    for (let day = Math.max(first, Math.floor(from)); day <= Math.min(lastDay, Math.floor(to)); day++) {
      const gone = Math.min(to, day + 1) - Math.max(from, day)
      available[day - first] = Math.max(0, (available[day - first] ?? 0) - Math.max(0, gone))
    }
  }
  return available
}
