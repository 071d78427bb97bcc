import { beforeAll, describe, expect, it } from 'vitest'
import { toEvents } from '../../embedded/shops/online-retail/events.ts'
import {
  moveDate,
  ONLINE_RETAIL_LINES,
  readLine,
  readLines,
  type RetailLine
} from '../../embedded/shops/online-retail/lines.ts'
import { wholeWeeksUntil } from '../../embedded/shops/online-retail/replay.ts'
import { packBatches } from '../../embedded/shops/send.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import {
  EVENT_BYTES_MAX,
  ORDER_EVENT_BYTES_MAX,
  type EventOf,
  type EventType,
  type ShopEvent
} from '../../models/contracts/events.ts'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import { topicOf } from '../../models/contracts/topics.ts'

const header = [
  '536365',
  '85123A',
  'WHITE HANGING HEART',
  '6',
  '2010-12-01 08:26:00',
  '2.55',
  '17850.0',
  'United Kingdom'
]
const line = (fields: Partial<Record<number, string>>, line_id = 1): RetailLine => {
  const result = readLine(Object.assign([...header], fields), line_id)
  if (!result.ok) throw new Error(result.reason)
  return result.line
}
const eventsOf = (lines: RetailLine[], moved_days = 0): ShopEvent[] =>
  [...toEvents(lines, { moved_days })].flatMap((group) => group.events)
const only = <Type extends EventType>(events: ShopEvent[], type: Type) =>
  events.filter((event): event is EventOf<Type> & ShopEvent => event.type === type)

describe('the whole file', () => {
  const lines: RetailLine[] = []
  let events: ShopEvent[] = []
  let refused = 0
  let carried = 0

  beforeAll(async () => {
    for await (const result of readLines()) {
      if (result.ok) lines.push(result.line)
      else refused++
    }
    const groups = [...toEvents(lines, { moved_days: 0 })]
    carried = groups.reduce((sum, group) => sum + group.line_count, 0)
    events = groups.flatMap((group) => group.events)
  })

  it('gives every line to exactly one event', () => {
    expect(lines.length + refused).toBe(ONLINE_RETAIL_LINES)
    expect(carried).toBe(ONLINE_RETAIL_LINES)
    const ids = events.flatMap((event): (number | undefined)[] => {
      if ('lines' in event) return event.lines.map((one) => one.line_id)
      return event.type === 'stock_adjusted' ? [event.line_id] : []
    })
    expect(new Set(ids).size).toBe(ONLINE_RETAIL_LINES)
  })

  it('keeps the money to the last tenth of a penny', () => {
    const sum = (some: { lines: EventOf<'order_placed'>['lines'] }[]) =>
      formatMoney(
        some
          .flatMap((one) => one.lines)
          .reduce((total, { unit_price, quantity }) => total + parseMoney(unit_price) * BigInt(quantity), 0n)
      )
    const refunds = only(events, 'order_refunded')
    expect(sum([...only(events, 'order_placed'), ...refunds])).toBe('9747747.934')
    expect(sum(refunds)).toBe('-896812.49')
    expect(refunds.flatMap((refund) => refund.lines)).toHaveLength(9_288)
    expect(sum(only(events, 'order_placed').filter((order) => order.order_id.startsWith('A')))).toBe(
      '-11062.06'
    )
  })

  it('knows 25,900 documents, 4,372 customers and no charge as a product', () => {
    const documents = events.flatMap((event) =>
      'order_id' in event ? event.order_id : event.type === 'stock_adjusted' ? (event.reference ?? '') : []
    )
    expect(new Set(documents).size).toBe(25_900)
    expect(only(events, 'customer_registered')).toHaveLength(4_372)
    const products = new Set(only(events, 'product_upserted').map((product) => product.product_id))
    for (const charge of ['POST', 'DOT', 'C2', 'D', 'M', 'S', 'B', 'AMAZONFEE', 'CRUK', 'BANK CHARGES'])
      expect(products).not.toContain(charge)
    expect([...products].every((id) => id === id.toUpperCase())).toBe(true)
  })

  it('is valid, within the limits, and has no id twice', () => {
    for (const event of events) {
      const bytes = Buffer.byteLength(JSON.stringify(event))
      if (bytes > (topicOf[event.type] === 'flipside.orders' ? ORDER_EVENT_BYTES_MAX : EVENT_BYTES_MAX))
        expect.fail(`${event.type}: ${bytes} bytes`)
      const checked = checkEvent(event)
      if (!checked.ok) expect.fail(`${event.type} ${event.event_id}: ${checked.reason}`)
    }
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length)
  })

  it('marks whatever is invented', () => {
    expect(only(events, 'stock_initialised').every((event) => event.simulated?.includes('*'))).toBe(true)
    for (const { simulated, unit_cost } of only(events, 'product_upserted')) {
      expect(simulated).toContain('lead_time_days')
      if (unit_cost !== undefined) expect(simulated).toContain('unit_cost')
    }
  })
})

describe('a line', () => {
  it('of an invoice becomes part of a paid order, its customer known before', () => {
    const events = eventsOf([line({}), line({ 1: 'POST', 2: 'POSTAGE', 3: '1', 5: '18' }, 2)])
    expect(events.map((event) => event.type)).toEqual([
      'product_upserted',
      'customer_registered',
      'order_placed',
      'order_paid',
      'stock_initialised'
    ])
    expect(only(events, 'order_placed')[0]?.lines.map(({ kind, product_id }) => [kind, product_id])).toEqual([
      ['product', '85123A'],
      ['postage', undefined]
    ])
    expect(only(events, 'order_paid')[0]?.amount).toBe('33.3')
  })

  it('of a credit note becomes a return of goods and a refund of money', () => {
    const events = eventsOf([
      line({ 0: 'C536379', 3: '-2' }),
      line({ 0: 'C536379', 1: 'D', 3: '-1', 5: '27.50' }, 2)
    ])
    expect(only(events, 'return_received')[0]?.returned).toEqual([
      { line_id: 1, product_id: '85123A', quantity: 2 }
    ])
    expect(only(events, 'order_refunded')[0]?.lines.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['product', -2],
      ['discount', -1]
    ])
  })

  it('without price and customer corrects the stock, whatever its sign', () => {
    const free = { 5: '0', 6: '' }
    const events = eventsOf([
      line({ 0: '536414', 3: '56', ...free }),
      line({ 0: '536415', 2: 'damaged', 3: '-3', ...free }, 2)
    ])
    expect(
      only(events, 'stock_adjusted').map(({ quantity, reason, reference }) => [quantity, reason, reference])
    ).toEqual([
      [56, 'WHITE HANGING HEART', '536414'],
      [-3, 'damaged', '536415']
    ])
    expect(only(events, 'order_placed')).toEqual([])
  })

  it('that is an exact copy of another is an event line of its own', () => {
    expect(
      only(eventsOf([line({}, 1), line({}, 2)]), 'order_placed')[0]?.lines.map((one) => one.line_id)
    ).toEqual([1, 2])
  })

  it('spells a product one way, and names its work', () => {
    const products = only(
      eventsOf([line({ 1: '84510a' }), line({ 1: '84510A' }, 2), line({ 1: '84510C' }, 3)]),
      'product_upserted'
    )
    expect(products.map(({ product_id, work_id }) => [product_id, work_id])).toEqual([
      ['84510A', '84510'],
      ['84510C', '84510']
    ])
  })

  it.each([
    [{ 0: '53636' }, 'InvoiceNo'],
    [{ 1: '' }, 'StockCode'],
    [{ 3: '1.5' }, 'Quantity'],
    [{ 4: '2011-02-30 10:00:00' }, 'InvoiceDate'],
    [{ 5: '1e5' }, 'UnitPrice'],
    [{ 6: 'abc' }, 'CustomerID']
  ])('that cannot be valid is refused: %j', (fields, column) => {
    expect(readLine(Object.assign([...header], fields), 7)).toMatchObject({
      ok: false,
      line_id: 7,
      reason: expect.stringContaining(column)
    })
    expect(readLine(header.slice(1), 8)).toMatchObject({ ok: false, reason: 'has 7 fields, not 8' })
  })
})

describe('dates', () => {
  it('move by whole weeks to the week before now, and keep weekday and time of day over summer time', () => {
    for (const now of ['2026-11-22T10:00:00Z', '2026-12-12T00:30:00Z', '2030-02-28T23:59:00Z']) {
      const days = wholeWeeksUntil(new Date(now))
      const last = Date.parse('2011-12-09T12:50:00Z') + days * 86_400_000
      expect(days % 7).toBe(0)
      expect(Date.parse(now) - last).toBeGreaterThan(0)
      expect(Date.parse(now) - last).toBeLessThan(8.6 * 86_400_000)
    }
    // 24 March 2011 is winter time in London, 29 March 2026 (some whole weeks later) summer time.
    expect(moveDate('2011-03-24T09:00:00.000Z', 5487 - (5487 % 7) + 7)).toBe('2026-04-02T08:00:00.000Z')
  })

  it('do not change the ids', () => {
    const ids = (moved: number) => eventsOf([line({})], moved).map((event) => event.event_id)
    expect(ids(5460)).toEqual(ids(0))
  })
})

it('packs groups into bodies without splitting any, and skips what was sent', () => {
  const groups = [
    ...toEvents([line({}), line({ 0: '536366' }, 2), line({ 0: '536367' }, 3)], { moved_days: 0 })
  ]
  const bodies = (skipGroups: number) =>
    [...packBatches(groups, { skipGroups })].flatMap(({ body }) => JSON.parse(body) as ShopEvent[])
  expect(bodies(0)).toEqual(groups.flatMap((group) => group.events))
  expect(bodies(2)).toEqual(groups.slice(2).flatMap((group) => group.events))
  expect([...packBatches(groups, { skipGroups: groups.length })]).toEqual([])
})
