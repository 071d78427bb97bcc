import type { OrderLine } from '../../../models/contracts/events/orders.ts'
import type { Edition } from './editions.ts'
import { currentPrice, pounds } from './prices.ts'
import type { Shopper } from './people.ts'
import { CURRENCY, type World } from './world.ts'

type GoodsLine = { line_id: number; edition: Edition; quantity: number; unit_price: number }
type ChargeLine = { line_id: number; kind: 'postage' | 'discount'; description: string; unit_price: number }

/** Money is in whole pence. */
export type Order = {
  order_id: string
  shopper: Shopper | undefined
  who: { user_id: string } | { anonymous_id: string }
  country: string
  channel: 'web' | 'store' | 'wholesale'
  goods: GoodsLine[]
  charges: ChargeLine[]
}

const POSTAGE = 295
const FREE_POSTAGE_FROM = 4_000
const DISCOUNTS = { bronze: 0, silver: 0.03, gold: 0.06 }

type Buyer = { shopper: Shopper | undefined; anonymous_id: string | undefined }

export function createOrder(
  world: World,
  buyer: Buyer,
  cart: readonly (readonly [Edition, number])[]
): Order {
  const { shopper } = buyer
  const goods = cart.map(([edition, quantity], i) => ({
    line_id: i + 1,
    edition,
    quantity,
    unit_price: currentPrice(edition, world.agenda.nowMs())
  }))
  const sum = goods.reduce((total, line) => total + line.quantity * line.unit_price, 0)
  const off = Math.floor(sum * (shopper?.tier ? DISCOUNTS[shopper.tier] : 0))
  const charges: ChargeLine[] = []
  const add = (charge: Omit<ChargeLine, 'line_id'>) =>
    charges.push({ line_id: goods.length + charges.length + 1, ...charge })
  if (sum < FREE_POSTAGE_FROM) add({ kind: 'postage', description: 'Postage', unit_price: POSTAGE })
  if (off > 0) add({ kind: 'discount', description: `For ${shopper?.tier ?? ''} members`, unit_price: -off })
  return {
    order_id: world.nextId('M'),
    shopper,
    who: shopper ? { user_id: shopper.customer_id } : { anonymous_id: buyer.anonymous_id ?? '' },
    country: shopper?.country ?? world.people.drawCountry(),
    channel: 'web',
    goods,
    charges
  }
}

export function placeOrder({ emit }: World, order: Order): void {
  const { order_id, who, country, channel, goods, charges } = order
  const lines = [...goods.map(goodsLine), ...charges.map(chargeLine)]
  emit('order_placed', { order_id, ...who, currency: CURRENCY, tax_included: true, country, channel, lines })
}

/** Gives back the money of these lines. */
export function refund(
  { emit }: World,
  order: Order,
  back: { goods: readonly GoodsLine[]; charges: readonly ChargeLine[]; reason: string }
): void {
  const { order_id, who, country, channel } = order
  const lines = [...back.goods.map(goodsLine), ...back.charges.map(chargeLine)].map((line) => ({
    ...line,
    quantity: -line.quantity
  }))
  const { reason } = back
  emit('order_refunded', {
    order_id,
    ...who,
    currency: CURRENCY,
    tax_included: true,
    country,
    channel,
    reason,
    lines
  })
  if (order.shopper) order.shopper.spent -= amountOf(back)
}

type Lines = { goods: readonly GoodsLine[]; charges: readonly ChargeLine[] }

export const amountOf = ({ goods, charges }: Lines): number =>
  goods.reduce((sum, line) => sum + line.quantity * line.unit_price, 0) +
  charges.reduce((sum, line) => sum + line.unit_price, 0)

const goodsLine = ({ line_id, edition, quantity, unit_price }: GoodsLine): OrderLine => ({
  line_id,
  kind: 'product',
  product_id: edition.product_id,
  quantity,
  unit_price: pounds(unit_price)
})

const chargeLine = ({ line_id, kind, description, unit_price }: ChargeLine): OrderLine => ({
  line_id,
  kind,
  description,
  quantity: 1,
  unit_price: pounds(unit_price)
})
