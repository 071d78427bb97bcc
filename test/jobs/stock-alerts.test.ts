import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { ALERTS_KEY } from '../../jobs/alerts/kept.ts'
import { readNotices } from '../../jobs/alerts/notices.ts'
import { OUTBOX_KEY } from '../../jobs/alerts/outbox.ts'
import { readSnoozeEnd } from '../../jobs/alerts/snoozes.ts'
import { raiseAlerts, type AlertReading } from '../../jobs/stock-alerts.ts'
import { parseEvent } from '../../models/contracts/check-event.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { LogMessage } from '../../models/contracts/event-log.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { openWarehouseShop, type WarehouseShop } from '../ingest/warehouse-shop.ts'

const NOON_MS = Date.parse('2026-02-01T12:00:00Z')
const MINUTE_MS = 60_000
const timeOf = (minute: number) => new Date(NOON_MS + minute * MINUTE_MS)
const config = readConfig({
  ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/',
  ALERT_WEBHOOK_SECRET: 'sixteen letters.'
})

let shop: WarehouseShop
beforeAll(async () => (shop = await openWarehouseShop()))
afterAll(() => shop.close())
beforeEach(async () => {
  await shop.redis.flushall()
  for (const table of ['raw.stock', 'raw.operations', 'ops.event_ids'])
    await shop.clickhouse.command({ query: `TRUNCATE TABLE ${table}` })
})

/** As the log and ingest do it: what comes is stored, a repeat is not. */
async function store(_topic: string, messages: LogMessage[]): Promise<void> {
  const events = messages.map(({ value }): ShopEvent => {
    const parsed = parseEvent(Buffer.from(value))
    if (!parsed.ok) throw new Error(parsed.reason)
    return parsed.value
  })
  await shop.send(...events)
}
const portsOf = (sendEvents = store) => ({
  clickhouse: shop.clickhouse,
  redis: shop.redis,
  config,
  sendEvents
})
const reading = (minute: number, available: number, fields: Partial<AlertReading> = {}): AlertReading => ({
  product_id: 'lp',
  group: 'supplier',
  available,
  at: timeOf(minute),
  low_at: 4,
  ...fields
})
const run = (...readings: AlertReading[]) => raiseAlerts(portsOf(), readings)
const stored = async () =>
  (
    await shop.rows<{ said: string }>(
      `SELECT concat(if(type = 'stock_alert_raised', 'raised ', 'cleared '), alert, ' at ', formatDateTime(occurred_at, '%H:%i'), ': ',
        toString(quantity), ' of ', toString(threshold)) AS said
      FROM raw.stock WHERE source = 'flipside' ORDER BY occurred_at, alert, product_id DESC`
    )
  ).map(({ said }) => said)
const told = async () =>
  (await readNotices(shop.redis)).map(({ kind, alert, units }) => `${kind} ${alert} ${units}`)

let made = 0
const snooze = (minute: number, fields: object = {}) =>
  shop.send({
    type: 'stock_alert_snoozed',
    event_id: `0198c0de-0000-7000-8000-${String(++made).padStart(12, '0')}`,
    occurred_at: timeOf(minute).toISOString(),
    product_id: 'lp',
    alert: 'low_stock',
    ...fields
  })

it('a crossing is one event, and what hovers about the threshold none', async () => {
  for (const [minute, available] of [9, 4, 5, 3, 5, 4, 6, 9].entries()) await run(reading(minute, available))
  expect(await stored()).toEqual(['raised low_stock at 12:01: 4 of 4', 'cleared low_stock at 12:06: 6 of 4'])
  expect(await told()).toEqual(['raised low_stock 4', 'cleared low_stock 6'])
})

it('answers what is raised, with the units of then', async () => {
  const served = await run(
    reading(0, 4),
    reading(0, 0, { product_id: 'cd' }),
    reading(0, 9, { product_id: 'dvd' })
  )
  const of = (alert: string, units: number, threshold: number) => ({
    alert,
    raised_at: timeOf(0).toISOString(),
    units,
    threshold,
    snoozed_until: null
  })
  expect(Object.fromEntries(served)).toEqual({
    lp: [of('low_stock', 4, 4)],
    cd: [of('low_stock', 0, 4), of('stock_out', 0, 0)]
  })
  expect((await run(reading(1, 2))).get('lp')).toEqual([of('low_stock', 4, 4)])
})

it('a crossing happened when the stock moved, or else when it was seen', async () => {
  await run(reading(0, 9, { moved_at: timeOf(-600) }))
  await run(reading(5, 3, { moved_at: timeOf(3) }))
  await run(reading(9, 3, { moved_at: timeOf(3), low_at: 1 }))
  await run(reading(11, 3, { moved_at: timeOf(3), low_at: 3 }))
  expect(await stored()).toEqual([
    'raised low_stock at 12:03: 3 of 4',
    'cleared low_stock at 12:09: 3 of 1',
    'raised low_stock at 12:11: 3 of 3'
  ])
})

it('a late reading, or the same one again, counts for nothing', async () => {
  await run(reading(5, 3))
  await run(reading(5, 3))
  await run(reading(4, 9))
  await run(reading(6, 9))
  await run(reading(5, 2))
  expect(await stored()).toEqual(['raised low_stock at 12:05: 3 of 4', 'cleared low_stock at 12:06: 9 of 4'])
})

it('a product is empty until there are two again, or one where nobody wants more', async () => {
  const minutes = [0, 1, 0, 2]
  for (const [minute, available] of minutes.entries())
    await run(reading(minute, available), reading(minute, available, { product_id: 'single', low_at: null }))
  const of = (product_id: string) =>
    shop.rows(
      `SELECT count() AS times FROM raw.stock WHERE product_id = '${product_id}' AND alert = 'stock_out'`
    )
  expect(await of('lp')).toEqual([{ times: 2 }])
  expect(await of('single')).toEqual([{ times: 4 }])
})

it('what is on its way counts against a reorder point, and the event says what can be sold', async () => {
  await run(reading(0, 2, { low_units: 30 }))
  await run(reading(1, 2, { low_units: 4 }))
  expect(await stored()).toEqual(['raised low_stock at 12:01: 2 of 4'])
})

it('without a threshold nothing is low, and what was is no more', async () => {
  await run(reading(0, 3))
  await run(reading(1, 3, { low_at: null }))
  expect(await stored()).toEqual(['raised low_stock at 12:00: 3 of 4', 'cleared low_stock at 12:01: 3 of 4'])
})

it('what a process that died did not send, or sent and did not note, is stored once', async () => {
  const dying = async () => {
    throw new Error('killed before it was sent')
  }
  await expect(raiseAlerts(portsOf(dying), [reading(0, 3)])).rejects.toThrow('killed before')
  expect(await stored()).toEqual([])
  const unnoted = async (topic: string, messages: LogMessage[]) => {
    await store(topic, messages)
    throw new Error('killed after it was sent')
  }
  await expect(raiseAlerts(portsOf(unnoted), [reading(1, 3)])).rejects.toThrow('killed after')
  expect(await shop.redis.zcard(OUTBOX_KEY)).toBe(1)
  await run(reading(2, 3))
  expect(await shop.redis.zcard(OUTBOX_KEY)).toBe(0)
  expect(await stored()).toEqual(['raised low_stock at 12:00: 3 of 4'])
  expect(await told()).toEqual(['raised low_stock 3'])
})

it('a store that was lost before the same crossing was noted says the same event again', async () => {
  await run(reading(3, 3, { moved_at: timeOf(2) }))
  await shop.redis.flushall()
  // Sent, and by no means stored when the next run asks the warehouse.
  const rows = await shop.rows<{ offset: number }>('SELECT offset FROM raw.stock')
  await shop.clickhouse.command({ query: 'TRUNCATE TABLE raw.stock' })
  await run(reading(4, 3, { moved_at: timeOf(2) }))
  expect(rows).toHaveLength(1)
  expect(await stored()).toEqual([])
})

it('a serving store that lost everything is told by the warehouse, and nothing is raised again', async () => {
  await run(reading(0, 3), reading(0, 0, { product_id: 'cd' }))
  const before = await run(reading(1, 3), reading(1, 0, { product_id: 'cd' }))
  await shop.redis.flushall()
  expect(await run(reading(2, 3), reading(2, 0, { product_id: 'cd' }))).toEqual(before)
  await run(reading(3, 9))
  expect(await stored()).toEqual([
    'raised low_stock at 12:00: 3 of 4',
    'raised low_stock at 12:00: 0 of 4',
    'raised stock_out at 12:00: 0 of 0',
    'cleared low_stock at 12:03: 9 of 4'
  ])
  expect(await told()).toEqual(['cleared low_stock 9'])
})

it('a warning of the shop itself is known where the store was empty, and ours then clears it', async () => {
  const said = { occurred_at: timeOf(0).toISOString(), product_id: 'lp', alert: 'low_stock' as const }
  const event_id = '0198c0de-0000-7000-8000-00000000ffff'
  await shop.send({ type: 'stock_alert_raised', event_id, ...said, source: 'shop' })
  await run(reading(1, 3))
  await run(reading(2, 9))
  expect(await shop.rows('SELECT source, cleared_at FROM mart.stock_alerts')).toEqual([
    { source: 'shop', cleared_at: '2026-02-01 12:02:00.000' }
  ])
})

it('a snooze keeps people from being told, not what happens from being stored', async () => {
  await snooze(0, { until: timeOf(10).toISOString() })
  const served = await run(reading(1, 3))
  expect(served.get('lp')).toMatchObject([{ snoozed_until: timeOf(10).toISOString() }])
  expect(await stored()).toEqual(['raised low_stock at 12:01: 3 of 4'])
  expect(await told()).toEqual([])
  expect((await run(reading(11, 3))).get('lp')).toMatchObject([{ snoozed_until: null }])
  expect(await told()).toEqual(['still low_stock 3'])
})

it('a snooze without an end is until it is over, or until it is worse', async () => {
  await run(reading(0, 3))
  await snooze(1)
  expect((await run(reading(2, 1))).get('lp')).toMatchObject([{ snoozed_until: 'cleared' }])
  await snooze(3, { worse_below: 1 })
  await run(reading(4, 1))
  expect(await told()).toEqual(['raised low_stock 3'])
  expect((await run(reading(5, 0))).get('lp')).toMatchObject([{ snoozed_until: null }, {}])
  expect((await told()).toSorted()).toEqual(['raised low_stock 3', 'raised stock_out 0', 'worse low_stock 0'])
})

it('worse is by what can be sold, whatever the alert follows', async () => {
  await run(reading(0, 3, { low_units: 4 }))
  await snooze(1, { worse_below: 2 })
  expect((await run(reading(2, 2, { low_units: 3 }))).get('lp')).toMatchObject([{ snoozed_until: 'cleared' }])
  expect((await run(reading(3, 1, { low_units: 2 }))).get('lp')).toMatchObject([{ snoozed_until: null }])
  expect(await told()).toEqual(['raised low_stock 3', 'worse low_stock 1'])
})

it('the end of a snooze is something new', async () => {
  expect(await readSnoozeEnd(shop.clickhouse)).toBe('0')
  await snooze(0, { until: '2099-01-01T00:00:00Z' })
  expect(await readSnoozeEnd(shop.clickhouse)).toBe('0')
  await snooze(1, { until: '2026-02-01T12:30:00Z' })
  expect(await readSnoozeEnd(shop.clickhouse)).toBe(String(timeOf(30).getTime()))
})

it('of a shop without stock there is nothing to say', async () => {
  expect(await run()).toEqual(new Map())
  expect(await shop.redis.exists(ALERTS_KEY)).toBe(0)
})

it('numbers that are none raise nothing, and harm no other product', async () => {
  await run(
    reading(0, Number.NaN),
    reading(0, 2, { product_id: 'cd', low_at: Number.NaN }),
    reading(0, 3, { product_id: 'never', at: new Date(Number.NaN) }),
    reading(0, 3, { product_id: 'ok' })
  )
  expect(await stored()).toEqual(['raised low_stock at 12:00: 3 of 4'])
})

it('4,000 products are followed in well under a second, and what was over an hour ago is not kept', async () => {
  const all = (minute: number, available: number) =>
    Array.from({ length: 4_000 }, (_, i) => reading(minute, available, { product_id: `p${i}` }))
  const sent: number[] = []
  const count = async (_topic: string, messages: LogMessage[]) => void sent.push(messages.length)
  const tookMs: number[] = []
  for (const [minute, available] of [
    [0, 9],
    [1, 0],
    [2, 0],
    [3, 9],
    [90, 9]
  ] as const) {
    const startedMs = performance.now()
    const served = await raiseAlerts(portsOf(count), all(minute, available))
    tookMs.push(Math.round(performance.now() - startedMs))
    expect(served.size).toBe(available === 0 ? 4_000 : 0)
  }
  expect(sent.reduce((sum, some) => sum + some, 0)).toBe(16_000)
  expect(await shop.redis.hlen(ALERTS_KEY)).toBe(1)
  expect((await readNotices(shop.redis)).length).toBe(10_000)
  // The first and the last say nothing to anybody: the reckoning, with an allowance for a busy machine.
  expect(Math.min(...tookMs)).toBeLessThan(1_000)
})
