import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listSales } from '../../ingest/checks/sales.ts'
import { readWindows } from '../../ingest/checks/windows.ts'
import { recheckSales, refreshSales } from '../../jobs/sales.ts'
import { orderState } from '../../models/contracts/lives.ts'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

/** `mart.sales` on the real engine against a slow and obvious reckoning of the same events. */
let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const bringUpToDate = async (): Promise<string> =>
  (await refreshSales({ clickhouse: shop.clickhouse, progress: () => {} })).detail

const SEED = 20_260_712
/** Around a midnight, and the night in which the shop's clocks go forward. */
const INSTANTS = ['28T22:10', '28T23:50', '29T00:40', '29T01:20', '29T23:30'].map((at) => `2026-03-${at}:00Z`)
const FAR = '2025-01-01T00:00:00Z'
const currency = 'GBP'
const goods = { kind: 'product', unit_price: '5.25' }
const lines = {
  order_placed: [
    { ...goods, line_id: 2, product_id: 'cd', quantity: 2 },
    { ...goods, line_id: 5, product_id: 'lp', quantity: 1 },
    { line_id: 7, kind: 'discount', description: 'voucher', quantity: 1, unit_price: '-1.0005' }
  ],
  order_refunded: [{ ...goods, line_id: 2, product_id: 'cd', quantity: -1 }]
}
const placed = { currency, country: 'France', channel: 'web', user_id: 'ana', lines: lines.order_placed }
const fields: Record<string, object> = {
  order_placed: placed,
  order_paid: { currency, amount: '14.7495' },
  return_received: { returned: [{ line_id: 2, product_id: 'cd', quantity: 1 }] },
  order_refunded: { currency, lines: lines.order_refunded }
}
const orderEvent = (order_id: string, type: string, occurred_at: string) => ({
  type,
  occurred_at,
  order_id,
  ...fields[type]
})
type Event = { type: string; occurred_at: string; order_id: string }

type Version = { from: string; category: string; cost: string }
const versions: Record<string, Version[]> = {}
const describeProduct = (product_id: string, { from, category, cost }: Version) => {
  versions[product_id] = [...(versions[product_id] ?? []), { from, category, cost }].toSorted((a, b) =>
    a.from < b.from ? -1 : 1
  )
  const rest = { work_id: product_id, title: product_id, format: 'cd', price: '5.25', currency }
  const attributes = { genre: category }
  return {
    type: 'product_upserted',
    occurred_at: from,
    product_id,
    ...rest,
    attributes,
    ...(cost && { unit_cost: cost })
  }
}

const London = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })
const heldAt = (product_id: string, at: string): Version | undefined => {
  const all = versions[product_id] ?? []
  return all.findLast(({ from }) => from <= at) ?? all[0]
}
const money = (units: number, price: string) => BigInt(units) * parseMoney(price)

/** The lines that count, one after the other, as somebody with a pencil would write them. */
function reckon(events: Event[]): string[] {
  const inOrder = events.toSorted((a, b) =>
    a.occurred_at < b.occurred_at ? -1 : Number(a.occurred_at > b.occurred_at)
  )
  const { timeline } = orderState(inOrder.map(({ type, occurred_at }) => ({ step: type, occurred_at })))
  const paidAt = timeline.find(({ step, legal }) => legal && step === 'order_paid')?.occurred_at
  return timeline.flatMap(({ step, legal, occurred_at }) => {
    const isSale = step === 'order_placed'
    const soldAt = isSale ? paidAt : occurred_at
    if (!legal || !soldAt || !(step === 'order_placed' || step === 'order_refunded')) return []
    return lines[step].map((line) => {
      const id = 'product_id' in line ? line.product_id : ''
      const held = heldAt(id, soldAt)
      const amount = money(line.quantity, line.unit_price)
      return [
        London.format(new Date(soldAt)),
        `${soldAt.slice(0, 13)}:00:00`.replace('T', ' '),
        events[0]?.order_id,
        line.line_id,
        step,
        held?.category ?? '',
        formatMoney(isSale ? amount : 0n),
        formatMoney(isSale ? 0n : amount),
        formatMoney(amount),
        formatMoney(line.kind === 'discount' ? amount : 0n),
        formatMoney(held?.cost ? money(line.quantity, held.cost) : 0n),
        formatMoney(held?.cost ? amount : 0n),
        id && isSale ? line.quantity : 0,
        id && !isSale ? line.quantity : 0,
        isSale && line.line_id === 2 ? 1 : 0,
        1
      ].join('|')
    })
  })
}

const COLUMNS = `gross_amount refund_amount net_amount discount_amount cost_amount costed_amount units_sold
  units_refunded order_count line_count`.split(/\s+/)
const held = async (prefix: string): Promise<string[]> => {
  const rows = await shop.rows<Record<string, string>>(`
    SELECT toString(day), toString(hour), order_id, toString(line_id), movement, category, ${COLUMNS.map((name) => `toString(sum(${name})) AS ${name}`).join(', ')}
    FROM mart.sales WHERE startsWith(order_id, '${prefix}')
    GROUP BY day, hour, order_id, line_id, movement, offset, category HAVING line_count != '0' OR cost_amount != '0'`)
  return rows.map((row) => Object.values(row).join('|')).toSorted()
}

const types = Object.keys(fields).concat('order_cancelled', 'order_shipped', 'payment_failed')
const lives: Event[][] = fc
  .sample(
    fc.array(fc.tuple(fc.constantFrom(...types), fc.constantFrom(...INSTANTS)), {
      minLength: 1,
      maxLength: 7
    }),
    { seed: SEED, numRuns: 200 }
  )
  .map((life, i) => life.map(([type, at]) => orderEvent(`random-${i}`, type, at)))
const soFar = (count: number) => lives.flatMap((life) => reckon(life.slice(0, count))).toSorted()

it('has nothing to do where nothing is stored', async () => {
  expect(await bringUpToDate()).toBe('nothing new')
  expect(await held('')).toEqual([])
})

it('is at every moment what the steps so far give, late ones and illegal ones among them', async () => {
  await shop.store('flipside.catalogue', [describeProduct('cd', { from: FAR, category: 'Rock', cost: '2' })])
  for (let step = 0; step < 7; step++) {
    const events = lives.flatMap((life) => life.slice(step, step + 1))
    if (events.length > 0) await shop.store('flipside.orders', events)
    await bringUpToDate()
    expect(await held('random-')).toEqual(soFar(step + 1))
  }
  expect((await held('random-')).length).toBeGreaterThan(100)
  expect(await bringUpToDate()).toBe('nothing new')
})

it('takes cost and category as they held when it was sold, though they were told late', async () => {
  const [, second = '', third = ''] = INSTANTS
  const told: [string, Version][] = [
    ['cd', { from: third, category: 'Rock & Pop', cost: '2.5' }],
    ['cd', { from: second, category: 'Rock', cost: '2.25' }],
    ['lp', { from: INSTANTS[4] ?? '', category: 'Jazz', cost: '' }]
  ]
  for (const [product_id, version] of told) {
    await shop.store('flipside.catalogue', [describeProduct(product_id, version)])
    await bringUpToDate()
    expect(await held('random-')).toEqual(soFar(7))
  }
})

it('looks at no order when a catalogue comes again and says the same', async () => {
  const same = versions['cd']?.at(-1)
  if (!same) throw new Error('no version')
  await shop.store('flipside.catalogue', [describeProduct('cd', { ...same, from: '2026-03-29T23:45:00Z' })])
  expect(await bringUpToDate()).toBe('0 orders reckoned anew')
})

it('is right when two runs meet, and when one stopped between the lines and the note of it', async () => {
  const events = ['order_placed', 'order_paid'].flatMap((type, i) =>
    Array.from({ length: 50 }, (_, order) => orderEvent(`meet-${order}`, type, INSTANTS[i] ?? ''))
  )
  await shop.store('flipside.orders', events)
  await Promise.all([bringUpToDate(), bringUpToDate(), bringUpToDate()])
  const expected = [...Map.groupBy(events, ({ order_id }) => order_id).values()].flatMap(reckon).toSorted()
  expect(await held('meet-')).toEqual(expected)
  await shop.clickhouse.command({ query: 'TRUNCATE TABLE ops.sales_progress' })
  expect(await bringUpToDate()).not.toBe('nothing new')
  expect(await held('meet-')).toEqual(expected)
  expect(await held('random-')).toEqual(soFar(7))
})

const brokenChecks = async (): Promise<string[]> => {
  const windows = await readWindows(shop.clickhouse, [], { isFull: true })
  const { checks } = await listSales(shop.clickhouse, windows, { isFull: true })
  const problems = await Promise.all(checks.map((check) => check.problems()))
  return checks.flatMap(({ name }, i) => ((problems[i] ?? []).length > 0 ? [name] : []))
}

it('is proved by verify: a lost sale, one that is there twice and one of no order are found', async () => {
  expect(await brokenChecks()).toEqual([])
  const cases: [string, string][] = [
    ["ALTER TABLE copy DELETE WHERE order_id = 'meet-1'", 'mart.sales equals its recomputation'],
    ["INSERT INTO copy SELECT * FROM copy WHERE order_id = 'meet-1'", 'mart.sales equals its recomputation'],
    [
      "INSERT INTO copy SELECT * REPLACE ('nobody' AS order_id) FROM copy LIMIT 1",
      'mart.sales holds no order that is not stored'
    ]
  ]
  for (const [change, check] of cases) {
    const run = (query: string) => shop.clickhouse.command({ query: query.replaceAll('copy', 'mart.copy') })
    await run('CREATE TABLE copy AS mart.sales')
    await run('INSERT INTO copy SELECT * FROM mart.sales')
    await run(`${change}${change.startsWith('ALTER') ? ' SETTINGS mutations_sync = 1' : ''}`)
    await run('EXCHANGE TABLES mart.sales AND copy')
    expect(await brokenChecks()).toEqual([check])
    await run('EXCHANGE TABLES mart.sales AND copy')
    await run('DROP TABLE copy SYNC')
  }
}, 60_000)

it('mends what is missing and what is there twice once an order is looked at again', async () => {
  await shop.clickhouse.command({
    query: "ALTER TABLE mart.sales DELETE WHERE order_id < 'meet-3' SETTINGS mutations_sync = 1"
  })
  await shop.clickhouse.command({
    query: "INSERT INTO mart.sales SELECT * FROM mart.sales WHERE order_id > 'random-5'"
  })
  expect(await held('random-')).not.toEqual(soFar(7))
  await recheckSales({ clickhouse: shop.clickhouse, progress: () => {} })
  expect(await held('random-')).toEqual(soFar(7))
  expect((await held('meet-')).length).toBe(150)
})

it('gives the same sums from the days that are kept as from the lines', async () => {
  const marts = {
    day: 'channel',
    hour: 'hour',
    product: 'product_id',
    category: 'category',
    country: 'country'
  }
  for (const [mart, dimension] of Object.entries(marts)) {
    const ask = (settings: string) =>
      shop.rows(
        `SELECT day, toString(${dimension}) AS member, ${COLUMNS.map((name) => `toString(sum(${name})) AS ${name}`).join(', ')}
         FROM mart.sales_by_${mart} GROUP BY day, member ORDER BY day, member ${settings}`
      )
    const fromDays = await ask('SETTINGS force_optimize_projection = 1')
    expect(fromDays).toEqual(await ask('SETTINGS optimize_use_projections = 0'))
    expect(fromDays.length).toBeGreaterThan(1)
  }
})
