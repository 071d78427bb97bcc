import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'
import { DAY_MS, dayOf, keyed, timeOf } from './trade.ts'

const HOUR_MS = 3_600_000
/** The clocks go forward on the second day. */
const START_MS = Date.parse('2026-03-28T00:00:00Z')
const rental = fc.record({
  hoursIn: fc.integer({ min: 1, max: 80 }),
  hoursOut: fc.integer({ min: 1, max: 90 }),
  isRenewed: fc.boolean(),
  end: fc.constantFrom('returned', 'returned', 'reversed', 'lost'),
  price: fc.constantFrom('2.5', '3'),
  currency: fc.constantFrom('GBP', 'EUR')
})
const copies = fc.sample(
  fc.tuple(fc.constantFrom('dvd', 'game'), fc.array(rental, { minLength: 1, maxLength: 4 }), fc.boolean()),
  { seed: 20_260_131, numRuns: 40 }
)

type Rental = {
  rental_id: string
  copy_id: string
  product_id: string
  startMs: number
  endMs: number | undefined
  end: string
  charges: { ms: number; amount: number; currency: string }[]
}
/** One rental of a copy after the other; the last of some is still out. */
const rentals = copies.flatMap(([product_id, list, isOut], copy) => {
  let nowMs = START_MS
  return list.map((one, i): Rental => {
    const startMs = nowMs + one.hoursIn * HOUR_MS
    nowMs = startMs + one.hoursOut * HOUR_MS
    const charge = { amount: Number(one.price), currency: one.currency }
    const charges = [startMs, ...(one.isRenewed ? [startMs + (one.hoursOut * HOUR_MS) / 2] : [])].map(
      (ms) => ({ ms, ...charge })
    )
    const endMs = isOut && i === list.length - 1 ? undefined : nowMs
    return {
      rental_id: `r${copy}-${i}`,
      copy_id: `c${copy}`,
      product_id,
      startMs,
      endMs,
      end: one.end,
      charges
    }
  })
})

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
  const events = rentals.flatMap(({ rental_id, copy_id, product_id, endMs, end, charges }) => {
    const base = { rental_id, copy_id, product_id }
    return [
      ...charges.map(({ ms, amount, currency }, i) => ({
        type: i === 0 ? 'rental_started' : 'rental_renewed',
        occurred_at: timeOf(ms),
        ...base,
        due_at: timeOf(ms + DAY_MS),
        price: String(amount),
        currency
      })),
      ...(endMs === undefined ? [] : [{ type: `rental_${end}`, occurred_at: timeOf(endMs), ...base }])
    ]
  })
  await shop.store('flipside.rentals', events)
})
afterAll(() => shop.close())

it('copies are out for so much of each day, and bring so much', async () => {
  const lastMs = Math.max(
    ...rentals.flatMap(({ endMs, charges }) => [endMs ?? 0, ...charges.map(({ ms }) => ms)])
  )
  const real = rentals.filter(({ endMs, end }) => endMs === undefined || end !== 'reversed')
  const days: string[] = []
  for (let ms = START_MS; dayOf(ms) <= dayOf(lastMs); ms += DAY_MS) days.push(dayOf(ms + DAY_MS / 2))
  /** Hour by hour: on the day of the change a day has 23. */
  const hours = Map.groupBy(
    Array.from({ length: (days.length + 2) * 24 }, (_, i) => START_MS - DAY_MS + i * HOUR_MS),
    dayOf
  )
  const lives = [...Map.groupBy(real, ({ copy_id }) => copy_id).values()].map((own) => {
    const last = own.at(-1)
    const isLost = last?.end === 'lost' && last.endMs !== undefined
    return {
      product_id: last?.product_id,
      from: dayOf(own[0]?.startMs ?? 0),
      to: dayOf(isLost ? (last.endMs ?? 0) : lastMs)
    }
  })
  const expected = ['dvd', 'game'].flatMap((product_id) =>
    days.flatMap((day) => {
      const inService = lives.filter(
        (life) => life.product_id === product_id && life.from <= day && day <= life.to
      ).length
      if (inService === 0) return []
      const own = real.filter((one) => one.product_id === product_id)
      const today = hours.get(day) ?? []
      const hoursOut = own.reduce(
        (sum, { startMs, endMs = lastMs }) => sum + today.filter((ms) => startMs <= ms && ms < endMs).length,
        0
      )
      const amounts: Record<string, number> = {}
      for (const { ms, amount, currency } of own.flatMap(({ charges }) => charges))
        if (dayOf(ms) === day) amounts[currency] = (amounts[currency] ?? 0) + amount
      const days_out = hoursOut / today.length
      return [
        {
          product_id,
          day,
          copies: inService,
          started: own.filter(({ startMs }) => dayOf(startMs) === day).length,
          days_out: expect.closeTo(days_out, 6),
          utilisation: expect.closeTo(days_out / inService, 6),
          amounts
        }
      ]
    })
  )
  const rows = await shop.rows<{ product_id: string; day: string; days_out: number }>(
    'SELECT * FROM mart.rental_utilisation'
  )
  expect(keyed(rows, 'product_id', 'day')).toEqual(keyed(expected, 'product_id', 'day'))
  expect(rows.filter(({ days_out }) => days_out > 0).length).toBeGreaterThan(10)
})
