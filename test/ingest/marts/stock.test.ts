import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'
import { DAY_MS, dayOf, daysBetween, keyed, START_MS, timeOf } from './trade.ts'

const units = fc.integer({ min: 1, max: 9 })
const movement = fc.oneof(
  fc.record({ type: fc.constant('stock_initialised'), quantity: fc.nat(20) }),
  fc.record({ type: fc.constantFrom('stock_received', 'stock_returned', 'stock_reserved'), quantity: units }),
  fc.record({ type: fc.constant('stock_adjusted'), quantity: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ type: fc.constant('stock_counted'), quantity: fc.nat(20), expected_quantity: fc.nat(20) }),
  fc.record({ type: fc.constant('stock_shipped'), quantity: units, reserved_quantity: fc.nat(5) }),
  fc.record({
    type: fc.constantFrom('purchase_ordered', 'purchase_received'),
    quantity: units,
    purchase_id: fc.constant('po')
  })
)
type Movement = {
  type: string
  quantity: number
  expected_quantity?: number
  reserved_quantity?: number
  ms: number
  product_id: string
}
const ledgers = fc
  .sample(fc.array(fc.tuple(movement, fc.nat(60)), { minLength: 1, maxLength: 25 }), {
    seed: 20_260_131,
    numRuns: 120
  })
  .map((ledger, i) =>
    ledger.map(([fields, sixth]): Movement => ({
      ...fields,
      ms: START_MS + (sixth * DAY_MS) / 6,
      product_id: `p${i}`
    }))
  )

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
  const cost = (product_id: string, day: number, unit_cost?: string) => ({
    type: 'product_upserted',
    occurred_at: timeOf(START_MS + day * DAY_MS),
    product_id,
    work_id: product_id,
    title: product_id,
    attributes: {},
    price: null,
    currency: 'GBP',
    ...(unit_cost && { unit_cost })
  })
  await shop.store('flipside.catalogue', [
    cost('p0', -9),
    ...ledgers.slice(1).flatMap((_, i) => [cost(`p${i + 1}`, 2, '3'), cost(`p${i + 1}`, 6, '4.5')])
  ])
  await shop.store(
    'flipside.stock',
    ledgers.flat().map(({ ms, ...event }) => ({ ...event, occurred_at: timeOf(ms) }))
  )
})
afterAll(() => shop.close())

type Change = Movement & { on_hand: number; reserved: number; on_order: number }
/** From the first count on, as somebody with a pencil would; what was set aside or ordered before it goes to its day. */
function readLedgers(): Change[][] {
  return ledgers
    .map((ledger) => {
      const sorted = ledger.toSorted((a, b) => a.ms - b.ms)
      const begun = sorted.findIndex(({ type }) => type === 'stock_initialised')
      if (begun < 0) return []
      return sorted.map((one, i): Change => {
        const { type, quantity, expected_quantity = 0 } = one
        const isOwn = i === begun || (i > begun && type !== 'stock_initialised')
        const signs: Record<string, number> = { stock_shipped: -1, stock_reserved: 0, purchase_ordered: 0 }
        const set =
          type === 'stock_reserved'
            ? quantity
            : type === 'stock_shipped'
              ? -(one.reserved_quantity ?? quantity)
              : 0
        const ordered = type === 'purchase_ordered' ? quantity : type === 'purchase_received' ? -quantity : 0
        return {
          ...one,
          ms: Math.max(one.ms, sorted[begun]?.ms ?? 0),
          on_hand: isOwn ? (signs[type] ?? 1) * (quantity - expected_quantity) : 0,
          reserved: set,
          on_order: ordered
        }
      })
    })
    .filter((ledger) => ledger.length > 0)
}
const total = (list: Change[], of: (one: Change) => number) => list.reduce((sum, one) => sum + of(one), 0)

it('stock at the end of a day is the sum of all that moved until then', async () => {
  const expected = readLedgers().flatMap((ledger) =>
    [...new Set(ledger.map(({ ms }) => dayOf(ms)))].map((day) => {
      const today = ledger.filter(({ ms }) => dayOf(ms) === day)
      const soFar = ledger.filter(({ ms }) => dayOf(ms) <= day)
      return {
        product_id: ledger[0]?.product_id,
        day,
        units_in: total(today, ({ on_hand }) => Math.max(on_hand, 0)),
        units_out: total(today, ({ on_hand }) => Math.max(-on_hand, 0)),
        units_shipped: total(today, ({ type, on_hand }) => (type === 'stock_shipped' ? -on_hand || 0 : 0)),
        on_hand: total(soFar, ({ on_hand }) => on_hand),
        reserved: total(soFar, ({ reserved }) => reserved),
        on_order: total(soFar, ({ on_order }) => on_order),
        simulated: false
      }
    })
  )
  const rows = await shop.rows<(typeof expected)[number]>('SELECT * FROM mart.stock_history')
  expect(keyed(rows, 'product_id', 'day')).toEqual(keyed(expected, 'product_id', 'day'))
  expect(rows.length).toBeGreaterThan(200)
})

it('what comes in first goes out first: what is left came in last, at what it cost then', async () => {
  const lastDay = dayOf(Math.max(...ledgers.flat().map(({ ms }) => ms)))
  const expected = readLedgers().flatMap((ledger) => {
    // Every unit by itself, in the order in which it came.
    const arrived = ledger.flatMap(({ on_hand, ms }) =>
      Array.from({ length: Math.max(on_hand, 0) }, () => ms)
    )
    const left = arrived.slice(
      arrived.length -
        Math.max(
          0,
          total(ledger, ({ on_hand }) => on_hand)
        )
    )
    const groups = Map.groupBy(left, (ms) => `${dayOf(ms)} ${ms < START_MS + 6 * DAY_MS ? 3 : 4.5}`)
    return [...groups.entries()].map(([name, own]) => {
      const [received_day = '', known = ''] = name.split(' ')
      const product_id = ledger[0]?.product_id
      const unit_cost = product_id === 'p0' ? null : Number(known)
      return {
        product_id,
        received_day,
        age_days: daysBetween(received_day, lastDay),
        age_band: '0-30',
        units: own.length,
        unit_cost,
        cost_amount: unit_cost === null ? null : own.length * unit_cost,
        currency: 'GBP',
        simulated: false
      }
    })
  })
  const rows = await shop.rows<(typeof expected)[number]>('SELECT * FROM mart.stock_ageing')
  expect(keyed(rows, 'product_id', 'received_day', 'unit_cost')).toEqual(
    keyed(expected, 'product_id', 'received_day', 'unit_cost')
  )
  expect(rows.length).toBeGreaterThan(80)
})
