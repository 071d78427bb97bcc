import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createOverlay } from '../../../api/stock/overlay.ts'
import { checkEvent } from '../../../models/contracts/check-event.ts'
import type { ServedAlert, ServedDecision } from '../../../models/contracts/served-stock.ts'
import { ADMIN, BROWSER, fakeApp, product, SERVER, servedStock } from '../fakes.ts'

const raised: ServedAlert = {
  alert: 'low_stock',
  raised_at: '2026-01-01T00:00:00Z',
  units: 3,
  threshold: 4,
  snoozed_until: null
}
const ids = ['lamp', 'mug', 'kettle', 'spoon', 'fork', 'plate', 'bowl', 'cup', 'radio']
const stocks = [
  ...ids.map((id) => servedStock(id, { alerts: [raised] })),
  servedStock('full', { stock: { on_hand: 900 } })
]
let isLogDown = false
let logTakesMs = 0
type Sent = { topic: string; event_id: string; type: string; quantity?: number; [name: string]: unknown }
const sent: Sent[] = []
const { app } = await fakeApp(
  {
    products: stocks.map(({ forecast }) => product(forecast.product_id)),
    forecasts: stocks.map(({ forecast }) => forecast),
    replenishment: stocks.map(({ replenishment }) => replenishment)
  },
  {
    sendEvents: async (topic, messages) => {
      if (isLogDown) throw new Error('the log is down')
      if (logTakesMs > 0) await sleep(logTakesMs)
      for (const { value } of messages) {
        const event = JSON.parse(String(value))
        expect(checkEvent(event)).toMatchObject({ ok: true })
        sent.push({ topic, ...event })
      }
    }
  }
)
afterAll(() => app.close())
beforeEach(() => {
  sent.length = 0
  isLogDown = false
  logTakesMs = 0
})

type Options = { key?: string; method?: 'POST' | 'PUT' }
async function tell(path: string, body: object, { key = SERVER, method = 'POST' }: Options = {}) {
  const answer = await app.inject({
    method,
    url: `/v1/${path}`,
    headers: { ...(key && { authorization: key }) },
    payload: body
  })
  const told: Record<string, unknown> = answer.json()
  return { status: answer.statusCode, ...told }
}
const suggestion = (product_id: string) => `${product_id}:2026-01-02`
const accept = (product_id: string, body: object = {}, options: Options = {}) =>
  tell(`replenishment/${product_id}/accept`, { suggestion_id: suggestion(product_id), ...body }, options)
const quantityOf = (id: string) =>
  stocks.find(({ forecast }) => forecast.product_id === id)?.replenishment.order.quantity ?? NaN
const rowOf = async (id: string) => {
  const answer = await app.inject(`/v1/replenishment/${id}`)
  const row: Record<string, unknown> = answer.json()
  return row
}
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

describe('a suggestion that is accepted', () => {
  it('writes the decision and the order, and is not suggested any more', async () => {
    const answer = await accept('lamp', { author: 'maria' })
    expect(answer).toMatchObject({ status: 202, decision: 'accepted', quantity: quantityOf('lamp') })
    expect(sent).toMatchObject([
      {
        topic: 'flipside.operations',
        type: 'suggestion_accepted',
        suggestion_id: suggestion('lamp'),
        quantity: quantityOf('lamp'),
        author: 'maria'
      },
      {
        topic: 'flipside.stock',
        type: 'purchase_ordered',
        purchase_id: suggestion('lamp'),
        quantity: quantityOf('lamp'),
        supplier_id: 'acme'
      }
    ])
    const [, order] = sent
    const days = (Date.parse(String(order?.['expected_at'])) - Date.now()) / 86_400_000
    expect(days).toBeCloseTo(7, 1)
    const list = await app.inject('/v1/replenishment')
    expect(list.body).not.toContain('"lamp"')
    expect(await rowOf('lamp')).toMatchObject({ decision: 'accepted', decided_by: 'maria' })
  })

  it('is stored once, however often it is told; with another quantity it is told that it was decided', async () => {
    const first = await accept('mug', { quantity: 7 })
    const again = await accept('mug', { quantity: 7 })
    expect(first).toMatchObject({ status: 202, decision: 'edited', quantity: 7 })
    expect(again).toEqual(first)
    expect(new Set(sent.map(({ event_id }) => event_id)).size).toBe(2)
    expect(sent.map(({ type }) => type)).toEqual([
      'suggestion_edited',
      'purchase_ordered',
      'suggestion_edited',
      'purchase_ordered'
    ])
    const other = await accept('mug')
    expect(other).toMatchObject({ status: 409, error: { code: 'already_decided', field: 'suggestion_id' } })
    const snoozed = await tell('replenishment/mug/snooze', {
      suggestion_id: suggestion('mug'),
      until: inDays(1)
    })
    expect(snoozed).toMatchObject({ status: 409 })
    expect(sent).toHaveLength(4)
  })

  it('of those who decide at the same moment the first is taken, and the others are told', async () => {
    logTakesMs = 20
    const answers = await Promise.all([5, 6, 7].map((quantity) => accept('radio', { quantity })))
    expect(answers.map(({ status }) => status)).toEqual([202, 409, 409])
    expect(sent.map(({ quantity }) => quantity)).toEqual([5, 5])
  })

  it('need not place the order', async () => {
    expect(await accept('kettle', { place_order: false }, { key: ADMIN })).toMatchObject({ status: 202 })
    expect(sent.map(({ type, author }) => [type, author])).toEqual([
      ['suggestion_accepted', 'settings:admin']
    ])
  })

  it('is nothing while the log is down, and can be told again', async () => {
    isLogDown = true
    expect(await accept('spoon')).toMatchObject({ status: 503 })
    expect(await rowOf('spoon')).toMatchObject({ decision: null })
    isLogDown = false
    expect(await accept('spoon')).toMatchObject({ status: 202 })
  })

  it.each([
    ['of another day', 'fork', { suggestion_id: 'fork:2026-01-01' }, 409, 'not_current', 'suggestion_id'],
    [
      'that was never made',
      'full',
      { suggestion_id: 'full:2026-01-02' },
      409,
      'nothing_suggested',
      'suggestion_id'
    ],
    ['of an unknown product', 'nobody', {}, 404, 'unknown_id', 'product_id'],
    ['with no units', 'fork', { quantity: 0 }, 400, 'wrong_field', 'quantity'],
    ['with half a unit', 'fork', { quantity: 1.5 }, 400, 'wrong_field', 'quantity'],
    ['with an author of no name', 'fork', { author: '' }, 400, 'wrong_field', 'author'],
    ['with another field', 'fork', { colour: 'red' }, 400, 'wrong_field', 'colour']
  ])('%s is refused', async (_what, product_id, body, status, code, field) => {
    expect(await accept(product_id, body)).toMatchObject({ status, error: { code, field } })
    expect(sent).toEqual([])
  })

  it('takes a key of the server or of an admin', async () => {
    expect(await accept('fork', {}, { key: BROWSER })).toMatchObject({
      status: 403,
      error: { code: 'forbidden' }
    })
    expect(await accept('fork', {}, { key: '' })).toMatchObject({ status: 401 })
    expect(sent).toEqual([])
  })
})

describe('what is snoozed', () => {
  it('is a suggestion until a time to come', async () => {
    const until = inDays(3)
    const answer = await tell('replenishment/plate/snooze', { suggestion_id: suggestion('plate'), until })
    expect(answer).toMatchObject({ status: 202, decision: 'snoozed', until })
    expect(sent).toMatchObject([{ topic: 'flipside.operations', type: 'suggestion_snoozed', until }])
    expect(await rowOf('plate')).toMatchObject({ decision: 'snoozed', snoozed_until: until })
    // What comes up again earlier can still be ordered.
    expect(await accept('plate')).toMatchObject({ status: 202 })
    const past = { suggestion_id: suggestion('bowl'), until: inDays(-1) }
    expect(await tell('replenishment/bowl/snooze', past)).toMatchObject({
      status: 400,
      error: { field: 'until' }
    })
  })

  it('is an alert until a time, while it is not worse, or until it is cleared', async () => {
    const worse = { worse_below: 2, author: 'maria' }
    expect(await tell('stock/alerts/bowl/low_stock/snooze', worse)).toMatchObject({ status: 202 })
    expect(sent).toMatchObject([
      { topic: 'flipside.operations', type: 'stock_alert_snoozed', alert: 'low_stock', ...worse }
    ])
    const { active_alerts } = await rowOf('bowl')
    expect(active_alerts).toMatchObject([{ snoozed_until: 'cleared' }])
    expect(await tell('stock/alerts/bowl/stock_out/snooze', {})).toMatchObject({
      status: 409,
      error: { code: 'not_active' }
    })
    expect(await tell('stock/alerts/bowl/fire/snooze', {})).toMatchObject({
      status: 400,
      error: { field: 'alert' }
    })
  })
})

describe('thresholds and suppliers', () => {
  const PUT = { method: 'PUT' } as const
  it('are events', async () => {
    expect(await tell('stock/thresholds/cup', { minimum: 5 }, PUT)).toMatchObject({ status: 202 })
    const acme = { title: 'Acme Ltd', lead_time_days: 10, review_days: 0, author: 'maria' }
    expect(await tell('suppliers/acme', acme, PUT)).toMatchObject({ status: 202 })
    expect(sent).toMatchObject([
      { type: 'stock_threshold_set', product_id: 'cup', minimum: 5, author: 'settings:server' },
      { type: 'supplier_upserted', supplier_id: 'acme', ...acme }
    ])
    expect(await tell('stock/thresholds/nobody', { minimum: 5 }, PUT)).toMatchObject({ status: 404 })
    for (const [field, body] of Object.entries({
      minimum: { minimum: -1 },
      lead_time_days: { title: 'Acme', lead_time_days: 366 },
      title: {}
    })) {
      const path = field === 'minimum' ? 'stock/thresholds/cup' : 'suppliers/acme'
      expect(await tell(path, body, PUT)).toMatchObject({ status: 400, error: { field } })
    }
  })
})

describe('a decision on its way', () => {
  const { replenishment } = servedStock('lamp')
  const own: ServedDecision = {
    decision: 'accepted',
    at: '2026-01-02T10:00:00.000Z',
    quantity: 5,
    until: null,
    author: null
  }
  it('is shown until a version says it, or another suggestion, or for five minutes', () => {
    let nowMs = 0
    const overlay = createOverlay(() => nowMs)
    const about = { product_id: 'lamp', suggestion_id: suggestion('lamp') }
    overlay.decide(about, own)
    expect(overlay.decisionOf(replenishment)).toBe(own)
    const older = { ...own, decision: 'snoozed', at: '2026-01-02T09:00:00.000Z' } as const
    expect(overlay.decisionOf({ ...replenishment, decision: older })).toBe(own)
    const stored = { ...own, at: '2026-01-02T10:00:00.000Z', author: 'maria' }
    expect(overlay.decisionOf({ ...replenishment, decision: stored })).toBe(stored)
    expect(overlay.decisionOf({ ...replenishment, suggestion_id: null })).toBe(own)
    expect(overlay.decisionOf({ ...replenishment, suggestion_id: 'next' })).toBeNull()
    nowMs = 5 * 60_000 + 1
    expect(overlay.decisionOf(replenishment)).toBeNull()
  })
})
