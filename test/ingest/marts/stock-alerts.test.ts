import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type OpenShop } from '../open-shop.ts'

const START_MS = Date.parse('2026-03-28T12:00:00Z')
const HOUR_MS = 3_600_000
const timeOf = (hour: number) => new Date(START_MS + hour * HOUR_MS).toISOString()
/** As the engine writes it. */
const stamp = (hour: number) => timeOf(hour).replace('T', ' ').replace('Z', '')

const said = fc.record({
  raises: fc.boolean(),
  hour: fc.nat(30),
  quantity: fc.integer({ min: -3, max: 9 }),
  source: fc.constantFrom('shop', 'flipside')
})
const stories = fc
  .sample(fc.array(said, { minLength: 1, maxLength: 9 }), { seed: 7, numRuns: 60 })
  .map((story, i) => ({ product_id: `p${i}`, alert: i % 2 ? 'low_stock' : 'stock_out', story }))

const moves = fc.array(
  fc.record({
    type: fc.constantFrom('stock_received', 'stock_adjusted', 'stock_counted', 'stock_initialised'),
    hour: fc.nat(30),
    quantity: fc.integer({ min: 1, max: 9 })
  }),
  { minLength: 2, maxLength: 9 }
)
const ledgers = fc
  .sample(moves, { seed: 8, numRuns: 60 })
  .map((moved, i) => ({ product_id: `counted ${i}`, moved }))

const snooze = (product_id: string, hour: number, fields: object = {}) => ({
  type: 'stock_alert_snoozed',
  occurred_at: timeOf(hour),
  product_id,
  alert: 'low_stock',
  ...fields
})
const warning = (product_id: string, hour: number, raises: boolean) => ({
  type: raises ? 'stock_alert_raised' : 'stock_alert_cleared',
  occurred_at: timeOf(hour),
  product_id,
  alert: 'low_stock',
  quantity: 2,
  threshold: 4,
  source: 'flipside'
})

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
  await shop.store('flipside.stock', [
    ...stories.flatMap(({ product_id, alert, story }) =>
      story.map(({ raises, hour, ...fields }) => ({
        ...fields,
        type: raises ? 'stock_alert_raised' : 'stock_alert_cleared',
        occurred_at: timeOf(hour),
        product_id,
        alert
      }))
    ),
    ...ledgers.flatMap(({ product_id, moved }) =>
      moved.map(({ hour, type, quantity }) => ({
        type,
        occurred_at: timeOf(hour),
        product_id,
        quantity,
        ...(type === 'stock_counted' && { expected_quantity: 5, reference: 'take 1', reason: 'found' })
      }))
    ),
    ...['snoozed', 'later'].flatMap((id) => [
      warning(id, 1, true),
      warning(id, 5, false),
      warning(id, 9, true)
    ])
  ])
  await shop.store('flipside.operations', [
    snooze('snoozed', 2, { until: timeOf(3), author: 'first' }),
    snooze('snoozed', 4, { worse_below: -1, author: 'buyer' }),
    snooze('later', 2, { until: timeOf(20), author: 'buyer' })
  ])
  await shop.store(
    'flipside.catalogue',
    ledgers.slice(0, 20).map(({ product_id }) => ({
      type: 'product_upserted',
      occurred_at: timeOf(-5),
      product_id,
      work_id: 'w',
      title: 'counted',
      attributes: {},
      price: '5',
      currency: 'GBP',
      unit_cost: '2.5'
    }))
  )
})
afterAll(() => shop.close())

it('a warning lasts from the first that raises it to the first that clears it, whoever says so', async () => {
  const expected = stories.flatMap(({ product_id, alert, story }) => {
    const episodes: object[] = []
    let open: { raised_at: string; cleared_at: string | null } | undefined
    for (const { raises, hour, quantity, source } of story.toSorted((a, b) => a.hour - b.hour)) {
      if (raises && !open) {
        open = { raised_at: stamp(hour), cleared_at: null }
        episodes.push(Object.assign(open, { product_id, alert, units: quantity, source }))
      } else if (!raises && open) {
        open.cleared_at = stamp(hour)
        open = undefined
      }
    }
    return episodes
  })
  const rows = await shop.rows<Record<string, unknown>>(
    "SELECT raised_at, cleared_at, product_id, alert, units, source FROM mart.stock_alerts WHERE product_id LIKE 'p%'"
  )
  const sorted = (some: object[]) => some.map((one) => JSON.stringify(one)).toSorted()
  expect(sorted(rows)).toEqual(sorted(expected))
})

it('says what people last asked of that episode, and not of the next unless it reaches into it', async () => {
  const rows = await shop.rows(
    `SELECT product_id, raised_at, snoozed_at, snoozed_until, worse_below, snoozed_by, threshold
    FROM mart.stock_alerts WHERE product_id IN ('snoozed', 'later') ORDER BY product_id DESC, raised_at`
  )
  const none = { snoozed_at: null, snoozed_until: null, worse_below: null, snoozed_by: '', threshold: 4 }
  const until = { ...none, snoozed_at: stamp(2), snoozed_until: stamp(20), snoozed_by: 'buyer' }
  const worse = { ...none, snoozed_at: stamp(4), worse_below: -1, snoozed_by: 'buyer' }
  expect(rows).toEqual([
    { product_id: 'snoozed', raised_at: stamp(1), ...worse },
    { product_id: 'snoozed', raised_at: stamp(9), ...none },
    { product_id: 'later', raised_at: stamp(1), ...until },
    { product_id: 'later', raised_at: stamp(9), ...until }
  ])
})

it('a count is held against the ledger of its instant', async () => {
  const expected = ledgers.flatMap(({ product_id, moved }) => {
    const sorted = moved.toSorted((a, b) => a.hour - b.hour)
    const begun = sorted.findIndex(({ type }) => type === 'stock_initialised')
    if (begun < 0) return []
    let onHand = 0
    const counts: object[] = []
    for (const [i, { type, hour, quantity }] of sorted.entries()) {
      if (i < begun || (i > begun && type === 'stock_initialised')) continue
      const variance = quantity - onHand
      const counted_at = stamp(hour)
      if (type === 'stock_counted')
        counts.push({
          product_id,
          counted_at,
          expected: String(onHand),
          counted: quantity,
          variance: String(variance)
        })
      onHand += type === 'stock_counted' ? quantity - 5 : quantity
    }
    return counts
  })
  const rows = await shop.rows<Record<string, unknown>>(
    'SELECT product_id, counted_at, toString(expected) AS expected, counted, toString(variance) AS variance FROM mart.stocktakes'
  )
  const sorted = (some: object[]) => some.map((one) => JSON.stringify(one)).toSorted()
  expect(expected.length).toBeGreaterThan(30)
  expect(sorted(rows)).toEqual(sorted(expected))
})

it('a difference costs what a unit cost, is of the day in the shop’s zone, and unknown where no cost is', async () => {
  const known = "toUInt8(splitByChar(' ', product_id)[2]) < 20"
  const [row] = await shop.rows(
    `SELECT
      countIf((moved, reason, reference, simulated) != (counted - 5, 'found', 'take 1', false)) AS wrong,
      countIf(day != toDate(counted_at, 'Europe/London')) AS wrong_day,
      countIf(isNull(variance_cost) = (${known}) OR toFloat64(variance_cost) != variance * 2.5) AS wrong_cost,
      countIf(currency != if(${known}, 'GBP', '')) AS wrong_currency, countIf(variance_cost != 0) > 5 AS enough
    FROM mart.stocktakes`
  )
  expect(row).toEqual({ wrong: 0, wrong_day: 0, wrong_cost: 0, wrong_currency: 0, enough: 1 })
})
