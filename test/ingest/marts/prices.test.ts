import { afterAll, beforeAll, expect, it } from 'vitest'
import { formatMoney, parseMoney } from '../../../models/contracts/money.ts'
import { openShop, type OpenShop } from '../open-shop.ts'
import { listPriceAt, OFFER, storeCatalogue } from './catalogue.ts'
import {
  DAY_MS,
  dayOf,
  daysBetween,
  fillSales,
  keyed,
  money,
  START_MS,
  storeTrade,
  sum,
  units,
  type Line
} from './trade.ts'

let shop: OpenShop
let lines: Line[]
beforeAll(async () => {
  shop = await openShop()
  await storeCatalogue(shop)
  lines = await storeTrade(shop)
})
afterAll(() => shop.close())

const OFFER_MS = START_MS + OFFER.starts * DAY_MS
const OFFER_ENDS_MS = OFFER_MS + OFFER.days * DAY_MS

it('a returned line has the sale of the same line, or else of the same product; a credit note has none', async () => {
  const expected = lines
    .filter(({ is_sale }) => !is_sale)
    .map((line) => {
      const same = lines.filter(
        (one) =>
          one.is_sale &&
          one.order_id === line.order_id &&
          one.kind === line.kind &&
          one.product_id === line.product_id
      )
      const sale = same.find(({ line_id }) => line_id === line.line_id) ?? same[0]
      return {
        day: dayOf(line.atMs),
        order_id: line.order_id,
        line_id: line.line_id,
        customer_id: line.customer_id,
        kind: line.kind,
        product_id: line.product_id,
        currency: line.currency,
        reason: `because ${line.order_id.replace('credit for ', '')}`,
        units: -units(line),
        refund_amount: money([line]),
        sold_day: sale ? dayOf(sale.atMs) : null,
        days_between: sale ? daysBetween(dayOf(sale.atMs), dayOf(line.atMs)) : null,
        sold_units: sale ? units(sale) : null,
        sold_amount: sale ? money([sale]) : null
      }
    })
  const rows = await shop.rows<{ order_id: string; line_id: number }>(
    `SELECT ${Object.keys(expected[0] ?? {}).join(', ')} FROM mart.returns`
  )
  // Minus nothing is nothing.
  const plain = expected.map((row) => ({ ...row, units: row.units || 0 }))
  expect(keyed(rows, 'order_id', 'line_id')).toEqual(keyed(plain, 'order_id', 'line_id'))
  expect(rows.length).toBeGreaterThan(100)
})

it('goods that came back are told beside what was refunded', async () => {
  const at = (minute: number) => ({ occurred_at: `2026-08-01T10:0${minute}:00Z`, order_id: 'back' })
  const goods = { line_id: 1, product_id: 'w0a', quantity: 3 }
  const priced = { ...goods, kind: 'product', unit_price: '5' }
  const own = await openShop()
  await own.store('flipside.orders', [
    { type: 'order_placed', ...at(0), currency: 'GBP', lines: [priced] },
    { type: 'order_paid', ...at(1), currency: 'GBP', amount: '15' },
    { type: 'order_shipped', ...at(2) },
    { type: 'return_received', ...at(3), returned: [{ ...goods, quantity: 2 }] },
    { type: 'order_refunded', ...at(4), currency: 'GBP', lines: [{ ...priced, quantity: -3 }] }
  ])
  await fillSales(own, 'own')
  expect(await own.rows('SELECT units, came_back_units FROM mart.returns')).toEqual([
    { units: 3, came_back_units: 2 }
  ])
  await own.close()
})

type Discount = Record<string, string | number | null>

it('discounts are discount lines, and products below their list price, by promotion or not', async () => {
  const expected = lines.flatMap((line): Discount[] => {
    if (!line.is_sale) return []
    const key = { order_id: line.order_id, line_id: line.line_id }
    const gross_amount = money([line])
    if (line.kind === 'discount')
      return [
        {
          ...key,
          discount_kind: 'discount_line',
          promotion_id: '',
          list_price: null,
          units_sold: 0,
          gross_amount,
          discount_amount: gross_amount
        }
      ]
    const list = line.currency === 'GBP' ? listPriceAt(line.atMs) : ''
    const given = list ? line.amount - parseMoney(list) * BigInt(line.quantity) : 0n
    if (given >= 0n) return []
    const isOffer = line.product_id === OFFER.product_id && line.atMs >= OFFER_MS && line.atMs < OFFER_ENDS_MS
    return [
      {
        ...key,
        discount_kind: isOffer ? 'promotion' : 'below_list',
        promotion_id: isOffer ? 'offer' : '',
        list_price: Number(list),
        units_sold: line.quantity,
        gross_amount,
        discount_amount: Number(formatMoney(given))
      }
    ]
  })
  const rows = await shop.rows<{ order_id: string; line_id: number }>(
    `SELECT order_id, line_id, discount_kind, promotion_id, list_price, sum(discounts.units_sold) AS units_sold, sum(discounts.gross_amount) AS gross_amount, sum(discounts.discount_amount) AS discount_amount
    FROM mart.discounts AS discounts GROUP BY ALL HAVING discount_amount != 0`
  )
  expect(keyed(rows, 'order_id', 'line_id')).toEqual(keyed(expected, 'order_id', 'line_id'))
  expect(new Set(expected.map((row) => row['discount_kind'])).size).toBe(3)
})

it('a promotion is compared with the same time before it, as it was scheduled last', async () => {
  const own = lines.filter(
    ({ product_id, currency }) => product_id === OFFER.product_id && currency === 'GBP'
  )
  const within = (fromMs: number, toMs: number) => own.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
  const before = within(OFFER_MS - OFFER.days * DAY_MS, OFFER_MS)
  const during = within(OFFER_MS, OFFER_ENDS_MS)
  const isSale = ({ is_sale }: Line) => is_sale
  const units_before = sum(before.filter(isSale), units)
  const units_during = sum(during.filter(isSale), units)
  expect(units_before).toBeGreaterThan(0)
  expect(await shop.rows('SELECT * EXCEPT (starts_at, ends_at) FROM mart.promotions')).toEqual([
    {
      promotion_id: 'offer',
      product_id: OFFER.product_id,
      state: 'over',
      hours: 24 * OFFER.days,
      currency: 'GBP',
      price: Number(OFFER.price),
      list_price: 10,
      units_before,
      units_during,
      net_before: money(before),
      net_during: money(during),
      uplift: expect.closeTo(units_during / units_before - 1, 9)
    }
  ])
})

it('a price holds until the next is set', async () => {
  expect(
    await shop.rows(
      `SELECT price, toString(toDate32(valid_from)) AS from, toString(toDate32(valid_to)) AS to FROM mart.price_history WHERE product_id = 'w0a' ORDER BY valid_from`
    )
  ).toEqual([
    { price: 10, from: '2025-12-21', to: '2026-03-11' },
    { price: 12.5, from: '2026-03-11', to: '2299-01-01' }
  ])
})
