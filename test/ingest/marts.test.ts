import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refreshSales } from '../../jobs/sales.ts'
import { checkFacts, checkMarts } from '../../ingest/checks.ts'
import { eventTypes } from '../../models/contracts/events.ts'
import { orderState, rentalMoves } from '../../models/contracts/lives.ts'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import { openShop, type OpenShop } from './open-shop.ts'

/** Every mart on the real engine against a slow and obvious reckoning of the same events. */
let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())
const reckonSales = () => refreshSales({ clickhouse: shop.clickhouse, progress: () => {} })

const SEED = 20_260_131
/** Random lives, the same every time. Few instants, so that many steps fall on one and only their order in the log tells. */
const sample = <Value>(arbitrary: fc.Arbitrary<Value>, count: number) =>
  fc.sample(arbitrary, { seed: SEED, numRuns: count })
const timeOf = (tick: number) => `2026-01-31T12:00:0${tick}Z`
const NEVER = '1970-01-01 00:00:00.000'
const sqlTime = (time: string) => `${time.replace('T', ' ').replace('Z', '')}.000`
/** Distinct subjects mixed with each other as a log mixes them, each one's events in their own order. */
function interleave<Event>(lists: Event[][]): Event[] {
  const longest = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat()
}
/** As a reader sorts them: by time, and at one instant by place in the log, which is the order given. */
const inOrder = <Event extends { occurred_at: string }>(events: Event[]) =>
  events.toSorted((a, b) => (a.occurred_at < b.occurred_at ? -1 : Number(a.occurred_at > b.occurred_at)))

const currency = 'GBP'
const line = { line_id: 1, kind: 'product', product_id: 'cd', quantity: 2, unit_price: '5.25' }
const returned = [{ line_id: 1, product_id: 'cd', quantity: 1 }]
const orderFields: Record<string, object> = {
  order_placed: { currency, country: 'France', lines: [line] },
  order_paid: { currency, amount: '10.5' },
  return_received: { returned },
  order_refunded: { currency, lines: [{ ...line, quantity: -1 }] }
}
const orderEvent = (order_id: string, type: string, occurred_at: string) => ({
  type,
  occurred_at,
  order_id,
  ...orderFields[type]
})

describe('orders', () => {
  const steps = eventTypes.filter((type) => /^order_|^payment_|^return_/.test(type))
  const lives = sample(
    fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(3)), { minLength: 1, maxLength: 9 }),
    250
  ).map((life, i) => life.map(([type, tick]) => orderEvent(`random-${i}`, type, timeOf(tick))))
  const expected = lives.map((life) => {
    const order_id = life[0]?.order_id ?? ''
    const { state, timeline } = orderState(
      inOrder(life).map(({ type, occurred_at }) => ({ step: type, occurred_at }))
    )
    const first = (step: string) => timeline.find((one) => one.legal && one.step === step)?.occurred_at
    return { order_id, state, timeline, placed_at: first('order_placed'), paid_at: first('order_paid') }
  })

  beforeAll(async () => {
    await shop.store('flipside.orders', interleave(lives))
  })

  it('have the timeline that `orderState` gives, for any steps in any order', async () => {
    const rows = await shop.rows<{ order_id: string; steps: string[][] }>(`
      SELECT order_id, arrayMap(one -> (one.3, toString(one.1), one.4, if(one.5, 'true', 'false')), arraySort(groupArray((occurred_at, offset, step, state, is_legal)))) AS steps
      FROM mart.order_timeline WHERE order_id LIKE 'random-%' GROUP BY order_id`)
    const held = Object.fromEntries(rows.map(({ order_id, steps }) => [order_id, steps]))
    expect(held).toEqual(
      Object.fromEntries(
        expected.map(({ order_id, timeline }) => [
          order_id,
          timeline.map(({ step, occurred_at, state, legal }) => [
            step,
            sqlTime(occurred_at),
            state,
            String(legal)
          ])
        ])
      )
    )
  })

  it('are in the state of the last legal step, and their illegal ones are counted and flagged', async () => {
    const rows = await shop.rows<{ order_id: string }>(`
      SELECT order_id, state, toString(placed_at) AS placed_at, toString(paid_at) AS paid_at, toUInt32(illegal_steps) AS illegal_steps
      FROM mart.orders WHERE order_id LIKE 'random-%'`)
    const byId = (a: { order_id: string }, b: { order_id: string }) => (a.order_id < b.order_id ? -1 : 1)
    expect(rows.toSorted(byId)).toEqual(
      expected
        .map(({ order_id, state, timeline, placed_at, paid_at }) => ({
          order_id,
          state,
          placed_at: placed_at ? sqlTime(placed_at) : NEVER,
          paid_at: paid_at ? sqlTime(paid_at) : NEVER,
          illegal_steps: timeline.filter(({ legal }) => !legal).length
        }))
        .toSorted(byId)
    )
    const [flags] = await shop.rows<{ flags: number }>(
      `SELECT toUInt32(count()) AS flags FROM mart.flags WHERE subject = 'order' AND subject_id LIKE 'random-%'`
    )
    expect(flags?.flags).toBe(
      expected.flatMap(({ timeline }) => timeline).filter(({ legal }) => !legal).length
    )
  })

  it('count as trade once: at the first legal payment, and each legal refund; nothing of what may not be', async () => {
    await reckonSales()
    const rows = await shop.rows<{ order_id: string; sold: number; refunded: number; amount: string }>(`
      SELECT order_id, toUInt32(sumIf(line_count, movement = 'order_placed')) AS sold, toUInt32(sumIf(line_count, movement = 'order_refunded')) AS refunded, toString(sum(net_amount)) AS amount
      FROM mart.sales WHERE order_id LIKE 'random-%' GROUP BY order_id`)
    const held = Object.fromEntries(rows.map(({ order_id, ...row }) => [order_id, row]))
    for (const { order_id, timeline, placed_at, paid_at } of expected) {
      const refunded = timeline.filter(({ step, legal }) => legal && step === 'order_refunded').length
      const sold = placed_at && paid_at ? 1 : 0
      const amount = formatMoney(BigInt(sold) * parseMoney('10.5') - BigInt(refunded) * parseMoney('5.25'))
      const row = sold + refunded === 0 ? undefined : { sold, refunded, amount }
      expect({ [order_id]: held[order_id] }).toEqual({ [order_id]: row })
    }
  })
})

describe('stock', () => {
  const units = fc.integer({ min: 1, max: 9 })
  const movement = fc.oneof(
    fc.record({ type: fc.constant('stock_initialised'), quantity: fc.nat(50) }),
    fc.record({
      type: fc.constantFrom('stock_received', 'stock_returned', 'stock_reserved', 'stock_released'),
      quantity: units
    }),
    fc.record({ type: fc.constant('stock_adjusted'), quantity: fc.integer({ min: -9, max: 9 }) }),
    fc.record({ type: fc.constant('stock_counted'), quantity: fc.nat(20), expected_quantity: fc.nat(20) }),
    fc.record({ type: fc.constant('stock_shipped'), quantity: units }),
    fc.record({ type: fc.constant('stock_shipped'), quantity: units, reserved_quantity: fc.nat(9) }),
    fc.record({
      type: fc.constantFrom('purchase_ordered', 'purchase_received'),
      quantity: units,
      purchase_id: fc.constant('po')
    }),
    fc.record({ type: fc.constant('stock_alert_raised'), alert: fc.constant('low_stock') })
  )
  type Movement = { type: string; quantity?: number; expected_quantity?: number; reserved_quantity?: number }
  const ledgers = sample(fc.array(fc.tuple(movement, fc.nat(5)), { minLength: 1, maxLength: 20 }), 200).map(
    (ledger, i) =>
      ledger.map(([fields, tick]) => ({ ...fields, occurred_at: timeOf(tick), product_id: `random-${i}` }))
  )

  /** One movement after the other, as somebody with a pencil would. */
  function count(movements: Movement[]) {
    const level = { on_hand: 0, reserved: 0, on_order: 0 }
    let begun = false
    for (const { type, quantity = 0, expected_quantity = 0, reserved_quantity } of movements) {
      if (type === 'stock_initialised' && !begun) {
        level.on_hand = quantity
        begun = true
      }
      if (type === 'stock_received' || type === 'stock_returned' || type === 'stock_adjusted')
        level.on_hand += quantity
      if (type === 'stock_counted') level.on_hand += quantity - expected_quantity
      if (type === 'stock_reserved') level.reserved += quantity
      if (type === 'stock_released') level.reserved -= quantity
      if (type === 'stock_shipped') {
        level.on_hand -= quantity
        level.reserved -= reserved_quantity ?? quantity
      }
      if (type === 'purchase_ordered') level.on_order += quantity
      if (type === 'purchase_received') {
        level.on_hand += quantity
        level.on_order -= quantity
      }
    }
    return begun ? level : undefined
  }
  const expected = Object.fromEntries(
    ledgers.flatMap((ledger) => {
      const level = count(inOrder(ledger))
      return level ? [[ledger[0]?.product_id, level]] : []
    })
  )
  const readLevels = async (like: string) =>
    Object.fromEntries(
      (
        await shop.rows<{ product_id: string; on_hand: number; reserved: number; on_order: number }>(`
          SELECT product_id, toInt32(on_hand) AS on_hand, toInt32(reserved) AS reserved, toInt32(on_order) AS on_order
          FROM mart.stock_levels WHERE product_id LIKE '${like}'`)
      ).map(({ product_id, ...level }) => [product_id, level])
    )

  it('is the sum of its movements, however products are mixed in the log', async () => {
    await shop.store('flipside.stock', interleave(ledgers))
    expect(await readLevels('random-%')).toEqual(expected)
    expect(Object.keys(expected).length).toBeGreaterThan(50)
  })

  it('is the same when products come one after the other', async () => {
    const apart = ledgers
      .toReversed()
      .map((ledger) =>
        ledger.map((event) => ({ ...event, product_id: event.product_id.replace('random', 'apart') }))
      )
    await shop.store('flipside.stock', apart.flat())
    const renamed = Object.entries(expected).map(([id, level]) => [id.replace('random', 'apart'), level])
    expect(await readLevels('apart-%')).toEqual(Object.fromEntries(renamed))
  })
})

describe('rentals', () => {
  const at = { product_id: 'dvd', currency }
  const step = fc.constantFrom(
    'rental_started',
    'rental_renewed',
    'rental_returned',
    'rental_reversed',
    'rental_lost'
  )
  const deposit = fc.constantFrom('deposit_taken', 'deposit_returned')
  const lives = sample(
    fc.array(
      fc.tuple(fc.oneof({ arbitrary: step, weight: 3 }, deposit), fc.nat(4), fc.integer({ min: 1, max: 9 })),
      {
        minLength: 1,
        maxLength: 8
      }
    ),
    200
  ).map((life, i) =>
    life.map(([type, tick, number]) => ({
      type,
      occurred_at: timeOf(tick),
      rental_id: `random-${i}`,
      copy_id: `copy-${i}`,
      user_id: `renter-${i}`,
      product_id: at.product_id,
      ...(type.startsWith('deposit') && { amount: `${number}.5`, currency }),
      ...(/started|renewed/.test(type) && {
        due_at: `2026-02-0${number}T00:00:00Z`,
        price: `${number}.25`,
        currency
      })
    }))
  )

  /** The life of a rental, step by step. */
  function live(life: (typeof lives)[number]) {
    const rental = {
      state: 'none',
      started: NEVER,
      due: NEVER,
      ended: NEVER,
      illegal: 0,
      charged: 0n,
      held: 0n
    }
    for (const { type, occurred_at, amount = '0', due_at, price = '0' } of inOrder(life)) {
      if (type === 'deposit_taken') rental.held += parseMoney(amount)
      else if (type === 'deposit_returned') rental.held -= parseMoney(amount)
      else {
        const moves: Record<string, Record<string, string>> = rentalMoves
        const next = moves[rental.state]?.[type]
        if (next === undefined) {
          rental.illegal++
          continue
        }
        rental.state = next
        if (type === 'rental_started') rental.started = sqlTime(occurred_at)
        if (due_at) rental.due = sqlTime(due_at)
        if (/returned|reversed|lost/.test(type)) rental.ended = sqlTime(occurred_at)
        rental.charged = next === 'reversed' ? 0n : rental.charged + parseMoney(price)
      }
    }
    return { ...rental, charged: formatMoney(rental.charged), held: formatMoney(rental.held) }
  }

  it('are in the state of the last legal step, with what they cost and what is held', async () => {
    await shop.store('flipside.rentals', interleave(lives))
    const rows = await shop.rows<{ rental_id: string }>(`
      SELECT rental_id, state, toString(started_at) AS started, toString(due_at) AS due, toString(ended_at) AS ended,
        toUInt32(illegal_steps) AS illegal, toString(charged_amount) AS charged, toString(deposit_held) AS held
      FROM mart.rentals WHERE rental_id LIKE 'random-%'`)
    const held = Object.fromEntries(rows.map(({ rental_id, ...rental }) => [rental_id, rental]))
    const expected = lives
      .filter((life) => life.some(({ type }) => type.startsWith('rental')))
      .map((life) => [life[0]?.rental_id, live(life)])
    expect(held).toEqual(Object.fromEntries(expected))
  })

  it('name who rents and which copy, also where a step does not say', async () => {
    const { rental_id, ...copy } = { rental_id: 'said-once', copy_id: 'c/1', product_id: 'dvd' }
    await shop.store('flipside.rentals', [
      {
        type: 'rental_started',
        occurred_at: timeOf(1),
        rental_id,
        ...copy,
        user_id: 'ann',
        due_at: timeOf(9)
      },
      { type: 'rental_returned', occurred_at: timeOf(2), rental_id, ...copy }
    ])
    expect(
      await shop.rows(
        `SELECT customer_id, copy_id, product_id FROM mart.rentals WHERE rental_id = 'said-once'`
      )
    ).toEqual([{ customer_id: 'ann', copy_id: 'c/1', product_id: 'dvd' }])
  })
})

describe('flags', () => {
  const at = (tick: number) => ({ occurred_at: timeOf(tick) })
  const rental = (rental_id: string, copy_id: string) => ({ rental_id, copy_id, product_id: 'dvd', currency })
  const started = (tick: number, rental_id: string, copy_id: string) => {
    const { currency: _, ...fields } = rental(rental_id, copy_id)
    return { type: 'rental_started', ...at(tick), ...fields, due_at: timeOf(9) }
  }
  const ended = (type: string, tick: number, rental_id: string, copy_id: string) => {
    const { currency: _, ...fields } = rental(rental_id, copy_id)
    return { type, ...at(tick), ...fields }
  }
  const stock = (product_id: string, type: string, tick: number, quantity: number) => ({
    type,
    ...at(tick),
    product_id,
    quantity
  })

  it('name what shops should not have said, all of it and nothing else', async () => {
    await shop.store('flipside.orders', [
      ...['order_placed', 'order_confirmed', 'order_paid', 'order_shipped', 'order_refunded'].map((type, i) =>
        orderEvent('fine', type, timeOf(i))
      ),
      orderEvent('twice', 'order_placed', timeOf(1)),
      orderEvent('twice', 'order_placed', timeOf(2)),
      orderEvent('late', 'order_placed', timeOf(1)),
      orderEvent('late', 'order_cancelled', timeOf(2)),
      orderEvent('late', 'order_paid', timeOf(3)),
      orderEvent('early', 'order_placed', timeOf(1)),
      orderEvent('early', 'order_refunded', timeOf(2))
    ])
    await shop.store('flipside.stock', [
      stock('fine', 'stock_initialised', 1, 5),
      stock('fine', 'stock_reserved', 2, 2),
      stock('fine', 'stock_shipped', 3, 2),
      stock('again', 'stock_initialised', 1, 5),
      stock('again', 'stock_initialised', 4, 5),
      stock('oversold', 'stock_initialised', 1, 1),
      stock('oversold', 'stock_adjusted', 2, -3)
    ])
    await shop.store('flipside.rentals', [
      started(1, 'fine', 'fine/1'),
      { type: 'deposit_taken', ...at(1), ...rental('fine', 'fine/1'), amount: '20' },
      ended('rental_returned', 2, 'fine', 'fine/1'),
      { type: 'deposit_returned', ...at(2), ...rental('fine', 'fine/1'), amount: '20' },
      // Handed over the counter at the same moment, booked by mistake, given up and found: nothing to flag.
      started(2, 'fine-next', 'fine/1'),
      started(3, 'mistake', 'fine/2'),
      ended('rental_reversed', 4, 'mistake', 'fine/2'),
      started(3, 'instead', 'fine/2'),
      started(1, 'found', 'fine/3'),
      ended('rental_lost', 2, 'found', 'fine/3'),
      ended('rental_returned', 3, 'found', 'fine/3'),
      // Of these each is one thing that may not be.
      started(1, 'first', 'one/1'),
      started(2, 'second', 'one/1'),
      ended('rental_returned', 3, 'first', 'one/1'),
      started(1, 'back-twice', 'one/2'),
      ended('rental_returned', 2, 'back-twice', 'one/2'),
      ended('rental_returned', 4, 'back-twice', 'one/2'),
      started(3, 'after-back-twice', 'one/2'),
      { type: 'deposit_taken', ...at(1), ...rental('generous', 'one/3'), amount: '20' },
      { type: 'deposit_returned', ...at(2), ...rental('generous', 'one/3'), amount: '20.01' }
    ])
    const flags = await shop.rows<{ subject: string; subject_id: string; problem: string; at: string }>(`
      SELECT subject, subject_id, problem, toString(occurred_at) AS at FROM mart.flags
      WHERE NOT match(subject_id, '^(random|apart|copy)-') ORDER BY subject, subject_id`)
    expect(flags.map(({ subject, subject_id, problem, at }) => [subject, subject_id, problem, at])).toEqual(
      [
        ['copy', 'one/1', 'went out as second while it was out', 2],
        ['order', 'early', 'order_refunded may not follow placed', 2],
        ['order', 'late', 'order_paid may not follow cancelled', 3],
        ['order', 'twice', 'order_placed may not follow placed', 2],
        ['product', 'again', 'its stock was initialised more than once', 4],
        ['product', 'oversold', 'on hand -2, reserved 0', 2],
        ['rental', 'back-twice', 'rental_returned may not follow returned', 4],
        ['rental', 'generous', 'its deposit is -0.01', 2]
      ].map(([subject, id, problem, tick]) => [subject, id, problem, sqlTime(timeOf(Number(tick)))])
    )
    await reckonSales()
    const sold = await shop.rows<{ order_id: string; amount: string }>(`
      SELECT order_id, toString(sum(net_amount)) AS amount FROM mart.sales WHERE order_id IN ('fine', 'twice', 'late', 'early') GROUP BY order_id`)
    expect(sold).toEqual([{ order_id: 'fine', amount: '5.25' }])
  })
})

describe('the last word', () => {
  const at = { occurred_at: timeOf(1) }
  const price = fc.option(fc.constantFrom('1', '2.5', '3.75'), { nil: null })
  const change = fc.oneof(
    fc.record({
      type: fc.constant('product_upserted'),
      work_id: fc.constantFrom('w1', 'w2'),
      title: fc.constantFrom('one', 'another'),
      attributes: fc.constantFrom({}, { artist: 'x' }),
      price,
      currency: fc.constantFrom('GBP', 'EUR'),
      unit_cost: fc.constantFrom('0.5', '0.7')
    }),
    fc.record({ type: fc.constant('price_changed'), price, currency: fc.constantFrom('GBP', 'EUR') }),
    fc.record({ type: fc.constant('product_retired') })
  )
  type Change = { type: string; title?: string; price?: string | null; currency?: string; unit_cost?: string }
  const histories: (Change & { product_id: string; occurred_at: string })[][] = sample(
    fc.array(change, { minLength: 1, maxLength: 7 }),
    150
  ).map((history, i) => history.map((fields) => ({ ...at, product_id: `random-${i}`, ...fields })))

  it('of each fact is what a product is', async () => {
    await shop.store('flipside.catalogue', interleave(histories))
    const rows = await shop.rows<{ product_id: string }>(`
      SELECT product_id, title, toString(price) AS price, currency, toString(unit_cost) AS unit_cost, retired = 1 AS retired FROM mart.products`)
    const held = Object.fromEntries(rows.map(({ product_id, ...product }) => [product_id, product]))
    const expected = histories.flatMap((history) => {
      const described = history.findLast(({ type }) => type === 'product_upserted')
      const priced = history.findLast(({ type }) => type !== 'product_retired')
      const last = history.findLast(({ type }) => type !== 'price_changed')
      if (!described) return []
      const { product_id, title, unit_cost } = described
      const retired = Number(last?.type === 'product_retired')
      return [
        [product_id, { title, price: priced?.price ?? null, currency: priced?.currency, unit_cost, retired }]
      ]
    })
    expect(held).toEqual(Object.fromEntries(expected))
  })

  it('of the price is kept with all that came before', async () => {
    const rows = await shop.rows<{ product_id: string; prices: (string | null)[] }>(`
      SELECT product_id, arrayMap(one -> (one.2, one.3), arraySort(one -> one.1, groupArray((offset, set_by, tuple(price).1)))) AS told,
        arrayMap(one -> toString(one.2), told) AS prices FROM mart.price_history GROUP BY product_id`)
    const held = Object.fromEntries(rows.map(({ product_id, prices }) => [product_id, prices]))
    const expected = histories
      .map(
        (history) =>
          [history[0]?.product_id, history.filter(({ type }) => type !== 'product_retired')] as const
      )
      .filter(([, prices]) => prices.length > 0)
      .map(([product_id, prices]) => [product_id, prices.map(({ price }) => price ?? null)])
    expect(held).toEqual(Object.fromEntries(expected))
  })

  it('of each fact is what a customer is, and of who was erased there is none', async () => {
    const facts = fc.record(
      { country: fc.constantFrom('France', 'Spain'), tier: fc.constantFrom('gold', 'silver') },
      { requiredKeys: [] }
    )
    const told = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.constantFrom('customer_registered', 'customer_updated'), facts) },
      fc.tuple(fc.constant('consent_changed'), fc.record({ personalisation: fc.boolean() })),
      fc.tuple(fc.constantFrom('customer_logged_in', 'customer_erased'), fc.constant({}))
    )
    const lives = sample(fc.array(told, { minLength: 1, maxLength: 6 }), 150).map((life, i) =>
      life.map(([type, fields]) => ({ type, ...at, customer_id: `random-${i}`, ...fields }))
    )
    await shop.store('flipside.customers', interleave(lives))
    const rows = await shop.rows<{ customer_id: string }>(
      'SELECT customer_id, country, tier, toString(personalisation) AS personalisation FROM mart.customers'
    )
    const held = Object.fromEntries(rows.map(({ customer_id, ...customer }) => [customer_id, customer]))
    const expected = lives
      .filter((life) => life.every(({ type }) => type !== 'customer_erased'))
      .map((life) => {
        const known: { country?: string; tier?: string; personalisation?: boolean } = Object.assign(
          {},
          ...life
        )
        const { country = '', tier = '', personalisation } = known
        return [
          life[0]?.customer_id,
          { country, tier, personalisation: personalisation === undefined ? null : String(personalisation) }
        ]
      })
    expect(held).toEqual(Object.fromEntries(expected))
  })
})

describe('verify', () => {
  const problems = async (name: string) =>
    (
      await Promise.all(
        [...(await checkFacts(shop.clickhouse)), ...(await checkMarts(shop.clickhouse))]
          .filter((check) => check.name.includes(name))
          .map((check) => check.problems())
      )
    ).flat()

  it('finds the marts equal to their recomputation, and the stock to the plain sum of its movements', async () => {
    expect(await problems('')).toEqual([])
  })

  it('finds a movement that is not as it was told', async () => {
    await shop.clickhouse.command({
      query: `ALTER TABLE mart.stock_movements UPDATE reserved_change = reserved_change + 1
        WHERE product_id = 'fine' AND movement = 'stock_shipped' SETTINGS mutations_sync = 2`
    })
    expect(await problems('on hand')).toEqual([
      'fine: raw says on hand 3, reserved 0, on order 0; the mart 3, 1, 0'
    ])
  })
})
