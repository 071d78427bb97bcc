import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'
import { dayOf, daysBetween, keyed, money, monthOf, storeTrade, sum, units, type Line } from './trade.ts'

let shop: OpenShop
let lines: Line[]
beforeAll(async () => {
  shop = await openShop()
  lines = await storeTrade(shop)
})
afterAll(() => shop.close())

const ordersOf = (own: Line[]) =>
  new Set(own.filter(({ is_sale }) => is_sale).map(({ order_id }) => order_id))
const lastDay = () => dayOf(Math.max(...lines.map(({ atMs }) => atMs)))

/** Customers who bought something, with what they bought and gave back in one currency. */
function readCustomers() {
  const known = lines.filter(({ customer_id }) => customer_id)
  const groups = Map.groupBy(known, ({ customer_id, currency }) => `${customer_id} ${currency}`)
  return [...groups.values()]
    .filter((own) => ordersOf(own).size > 0)
    .map((own) => {
      const days = own.filter(({ is_sale }) => is_sale).map(({ atMs }) => dayOf(atMs))
      const [{ customer_id, currency } = { customer_id: '', currency: '' }] = own
      const firstDay = days.toSorted()[0] ?? ''
      return { customer_id, currency, own, firstDay, lastDay: days.toSorted().at(-1) ?? '' }
    })
}

/** By counting who has less. */
const fifth = (value: number | string, all: (number | string)[]) =>
  1 + Math.floor((5 * all.filter((other) => other < value).length) / all.length)

it('a customer’s value is what the lines say, and a score counts who has less', async () => {
  const customers = readCustomers()
  const expected = customers.map(({ customer_id, currency, own, firstDay, lastDay: last }) => {
    const peers = customers.filter((other) => other.currency === currency)
    const orders = ordersOf(own).size
    return {
      customer_id,
      currency,
      cohort_month: monthOf(firstDay),
      first_order_day: firstDay,
      last_order_day: last,
      days_since_last_order: daysBetween(last, lastDay()),
      orders,
      units: sum(own, units),
      gross_amount: money(own.filter(({ is_sale }) => is_sale)),
      net_amount: money(own),
      recency_score: fifth(
        last,
        peers.map((peer) => peer.lastDay)
      ),
      frequency_score: fifth(
        orders,
        peers.map((peer) => ordersOf(peer.own).size)
      ),
      monetary_score: fifth(
        money(own),
        peers.map((peer) => money(peer.own))
      )
    }
  })
  const rows = await shop.rows<{ customer_id: string; currency: string }>(
    'SELECT * EXCEPT segment FROM mart.customer_value'
  )
  expect(keyed(rows, 'customer_id', 'currency')).toEqual(keyed(expected, 'customer_id', 'currency'))
  expect(rows.length).toBeGreaterThan(20)
})

it('a segment follows from recency and frequency', async () => {
  const segments: Record<string, RegExp> = {
    champions: /^5[45]$/,
    loyal: /^[34][45]$/,
    potential_loyal: /^[45][23]$/,
    new: /^51$/,
    promising: /^41$/,
    need_attention: /^33$/,
    about_to_sleep: /^3[12]$/,
    cannot_lose: /^[12]5$/,
    at_risk: /^[12][34]$/,
    hibernating: /^[12][12]$/
  }
  const rows = await shop.rows<{ r: number; f: number; segment: string }>(
    'SELECT recency_score AS r, frequency_score AS f, segment FROM mart.customer_value'
  )
  for (const { r, f, segment } of rows) {
    const fitting = Object.entries(segments).filter(([, pattern]) => pattern.test(`${r}${f}`))
    expect([segment]).toEqual(fitting.map(([name]) => name))
  }
})

it('cohorts have every month, and sum to the customers’ value', async () => {
  const customers = readCustomers()
  const months = (from: string, to: string) =>
    12 * (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) +
    Number(to.slice(5, 7)) -
    Number(from.slice(5, 7))
  const cohorts = Map.groupBy(customers, (one) => `${monthOf(one.firstDay)} ${one.currency}`)
  const expected = [...cohorts.entries()].flatMap(([name, members]) => {
    const [cohort_month = '', currency = ''] = name.split(' ')
    return Array.from({ length: months(cohort_month, lastDay()) + 1 }, (_, months_since) => {
      const own = members.map((member) =>
        member.own.filter((line) => Math.max(0, months(cohort_month, dayOf(line.atMs))) === months_since)
      )
      const active = own.filter((some) => ordersOf(some).size > 0).length
      return {
        cohort_month,
        currency,
        months_since,
        customers: members.length,
        active_customers: active,
        retention: active / members.length,
        orders: own.reduce((total, some) => total + ordersOf(some).size, 0),
        net_amount: money(own.flat())
      }
    })
  })
  const rows = await shop.rows<(typeof expected)[number]>('SELECT * FROM mart.cohorts')
  const by = ['cohort_month', 'currency', 'months_since'] as const
  expect(keyed(rows, ...by)).toEqual(keyed(expected, ...by))
  expect(rows.some(({ months_since, active_customers }) => months_since > 1 && active_customers > 0)).toBe(
    true
  )
})

it('what was known of a customer holds until something else is', async () => {
  const at = (hour: number) => ({ occurred_at: `2026-01-31T${String(hour).padStart(2, '0')}:00:00Z` })
  const said = (customer_id: string, hour: number, fields: object) => ({
    customer_id,
    ...at(hour),
    ...fields
  })
  await shop.store('flipside.customers', [
    said('ann', 1, { type: 'customer_registered', country: 'France' }),
    said('ann', 5, { type: 'customer_updated', tier: 'gold' }),
    // Says nothing new; and of two things at one instant the later word counts.
    said('ann', 6, { type: 'customer_updated', tier: 'gold' }),
    said('ann', 6, { type: 'customer_logged_in', anonymous_id: 'a' }),
    said('ann', 7, { type: 'consent_changed', personalisation: true }),
    said('ann', 7, { type: 'consent_changed', personalisation: false }),
    // Came late: it is put where it belongs, and what was said after it stays.
    said('ann', 3, { type: 'customer_updated', tier: 'silver', country: 'Spain' }),
    said('bob', 1, { type: 'customer_registered', country: 'France' }),
    said('bob', 2, { type: 'customer_erased' })
  ])
  const rows = await shop.rows(
    'SELECT customer_id, toHour(valid_from) AS from, toHour(valid_to) AS to, country, tier, personalisation FROM mart.customer_history ORDER BY valid_from'
  )
  const ann = { customer_id: 'ann' }
  expect(rows).toEqual([
    { ...ann, from: 1, to: 3, country: 'France', tier: '', personalisation: null },
    { ...ann, from: 3, to: 5, country: 'Spain', tier: 'silver', personalisation: null },
    { ...ann, from: 5, to: 7, country: 'Spain', tier: 'gold', personalisation: null },
    { ...ann, from: 7, to: 0, country: 'Spain', tier: 'gold', personalisation: false }
  ])
})
