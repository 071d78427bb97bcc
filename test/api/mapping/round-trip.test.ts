import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readGa4 } from '../../../api/mapping/read-ga4.ts'
import { readSegment } from '../../../api/mapping/read-segment.ts'
import { writeGa4 } from '../../../api/mapping/write-ga4.ts'
import { writeSegment } from '../../../api/mapping/write-segment.ts'
import type { Mapped } from '../../../api/mapping/mapped.ts'
import type { Written } from '../../../api/mapping/write-trade.ts'
import { checkEvent } from '../../../models/contracts/check-event.ts'
import { eventTypes, type EventOf, type EventType, type ShopEvent } from '../../../models/contracts/events.ts'
import type { OrderLine } from '../../../models/contracts/events/orders.ts'
import { formatMoney, parseMoney } from '../../../models/contracts/money.ts'
import { topicOf } from '../../../models/contracts/topics.ts'
import { arbitraryEvent } from '../../contracts/arbitrary-event.ts'

const RECEIVED_AT = '2030-01-01T00:00:00.000Z'
type Form = {
  name: 'segment' | 'ga4'
  write: (events: ShopEvent[]) => Written[]
  read: (payload: unknown) => Mapped
  /** What the form has no counterpart for. */
  unknown: EventType[]
}

const forms: Form[] = [
  {
    name: 'segment',
    write: writeSegment,
    read: (payload) => readSegment(payload, RECEIVED_AT),
    unknown: ['feedback_given', 'recommendation_served', 'recommendation_viewed', 'recommendation_clicked']
  },
  {
    name: 'ga4',
    write: writeGa4,
    read: (payload) => {
      const { events, ...request } = payload as { events: unknown[] }
      return readGa4(events[0], request, { index: 0, receivedAt: RECEIVED_AT })
    },
    unknown: [
      ...([
        'feedback_given',
        'recommendation_served',
        'recommendation_viewed',
        'recommendation_clicked'
      ] as const),
      ...(['order_placed', 'order_paid', 'order_confirmed', 'order_shipped', 'order_completed'] as const),
      ...(['order_cancelled', 'payment_failed', 'return_requested', 'return_received'] as const),
      ...(['customer_updated', 'product_rated'] as const)
    ]
  }
]
const TRADE = ['flipside.behaviour', 'flipside.orders', 'flipside.customers']
const MAPPED = eventTypes.filter(
  (type) => TRADE.includes(topicOf[type]) && !['consent_changed', 'customer_erased'].includes(type)
)

/** Over the wire and back. */
const throughJson = (payload: unknown): unknown => JSON.parse(JSON.stringify(payload))
const canonical = (money: string) => formatMoney(parseMoney(money))

/** What is left of an event after the trip, by the list in docs/mapping.md. */
function kept(event: ShopEvent, form: Form): Record<string, unknown> {
  const { received_at: _, schema_version: __, ...fields } = event
  const all: Record<string, unknown> = {
    ...fields,
    source: form.name,
    occurred_at: new Date(event.occurred_at).toISOString(),
    ...('amount' in event && { amount: canonical(event.amount) }),
    ...('lines' in event && { lines: keptLines(event.lines, form, event.type === 'order_refunded' ? -1 : 1) })
  }
  if ('customer_id' in event) delete all['user_id']
  if (event.type === 'customer_updated') delete all['anonymous_id']
  if (form.name === 'ga4') {
    const user_id = 'customer_id' in event ? event.customer_id : event.user_id
    if (event.anonymous_id === user_id) delete all['anonymous_id']
  }
  for (const name of ['country', 'reason']) if (all[name] === '') delete all[name]
  return all
}

/** Products as they are; of postage and of what was taken off, the sums. */
function keptLines(lines: OrderLine[], form: Form, sign: number) {
  const products = lines
    .filter(({ kind }) => kind === 'product')
    .map(({ description, ...line }) => ({
      ...line,
      ...(description && { description }),
      unit_price: canonical(line.unit_price)
    }))
  const sum = (...kinds: string[]) =>
    lines
      .filter(({ kind }) => kinds.includes(kind))
      .reduce((sum, line) => sum + parseMoney(line.unit_price) * BigInt(line.quantity * sign), 0n)
  const charges = [
    { kind: 'postage', amount: sum('postage') },
    { kind: 'discount', amount: form.name === 'segment' ? sum('discount', 'voucher') : 0n }
  ].filter(({ amount }) => amount !== 0n)
  const last = Math.max(0, ...products.map(({ line_id }) => line_id))
  return [
    ...products,
    ...charges.map(({ kind, amount }, i) => ({
      line_id: last + 1 + i,
      kind,
      quantity: sign,
      unit_price: formatMoney(amount)
    }))
  ]
}

const eventsOf = (mapped: Mapped) => (mapped.ok ? mapped.events : [mapped])
const plain = fc.constantFrom<OrderLine['kind']>('product', 'product', 'postage', 'discount', 'voucher')

/** Orders of lines that shops write mostly; a random kind would be refused nearly always. */
const sayable = (event: ShopEvent, kinds: OrderLine['kind'][], form: Form): ShopEvent => {
  if (!('lines' in event)) return event
  const lines = event.lines.map((line, i) => ({
    ...line,
    line_id: i + 1,
    product_id: 'p',
    kind: form.name === 'ga4' && kinds[i] !== 'postage' ? 'product' : (kinds[i] ?? 'product'),
    quantity: event.type === 'order_refunded' ? -Math.abs(line.quantity) || 0 : line.quantity
  }))
  return { ...event, lines }
}

describe.each(forms)('$name', (form) => {
  const known = MAPPED.filter((type) => !form.unknown.includes(type))

  it.each(known)('%s comes back with all that both know', (type) => {
    let carried = 0
    const event = fc
      .tuple(arbitraryEvent(type) as fc.Arbitrary<ShopEvent>, fc.array(plain, { minLength: 4, maxLength: 4 }))
      .map(([event, kinds]) => sayable(event, kinds, form))
    fc.assert(
      fc.property(event, (event) => {
        const [written] = form.write([event])
        if (!written?.ok)
          return void expect(written?.reason).toMatch(/client_id|no counterpart|nothing|simulated/)
        carried++
        const events = eventsOf(form.read(throughJson(written.payload)))
        expect(events).toEqual([kept(event, form)])
        for (const one of events) expect(checkEvent(one)).toMatchObject({ ok: true })
      }),
      { seed: 5, numRuns: 100 }
    )
    expect(carried).toBeGreaterThan(10)
  })

  it('an order and its payment are one event there, and two again here', () => {
    const sale = fc
      .tuple(
        arbitraryEvent('order_placed'),
        arbitraryEvent('order_paid'),
        fc.array(plain, { minLength: 4, maxLength: 4 })
      )
      .map(([placed, paid, kinds]) => {
        const order = sayable({ ...placed, anonymous_id: 'g' }, kinds, form) as EventOf<'order_placed'>
        return [order, { ...paid, order_id: placed.order_id, currency: placed.currency }] as const
      })
    let carried = 0
    fc.assert(
      fc.property(sale, ([placed, paid]) => {
        const all = form.write([placed, paid])
        expect(all).toHaveLength(1)
        const [written] = all
        if (!written?.ok) return
        carried++
        expect(written.event_ids).toEqual([placed.event_id, paid.event_id])
        const events = eventsOf(form.read(throughJson(written.payload)))
        const { lines: _, tax_included: __, country: ___, channel: ____, ...order } = kept(placed, form)
        expect(events).toEqual([
          kept(placed, form),
          {
            ...order,
            type: 'order_paid',
            event_id: expect.not.stringMatching(placed.event_id),
            amount: canonical(paid.amount)
          }
        ])
      }),
      { seed: 5, numRuns: 100 }
    )
    expect(carried).toBeGreaterThan(70)
  })

  it('says of every other event why it cannot be told there', () => {
    for (const type of eventTypes.filter(
      (type) => !known.includes(type) && !/^order_(placed|paid)$/.test(type)
    )) {
      const [event] = fc.sample(arbitraryEvent(type) as fc.Arbitrary<ShopEvent>, { seed: 1, numRuns: 1 })
      const [written] = event ? form.write([event]) : []
      expect(written).toMatchObject({
        ok: false,
        event_ids: [event?.event_id],
        reason: expect.stringContaining(type)
      })
    }
  })
})
