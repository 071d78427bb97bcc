import type { Process } from './agenda.ts'
import { findEdition, findWork } from './people.ts'
import { amountOf, createOrder, placeOrder, type Order } from './order.ts'
import { pounds } from './prices.ts'
import { CURRENCY, DAY_MS, HOUR_MS, type World } from './world.ts'

const SALE_DAYS = 0.35
const WHOLESALE_DAYS = 2.5

/** Sales over the counter: nobody knows who, and the goods are gone at once. */
export function* sellOverTheCounter(world: World): Process {
  const { dice, emit, stock } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(SALE_DAYS))
    const order = composeOrder(world, { lines: dice.between(1, 2), quantity: 1, channel: 'store' })
    if (!order) continue
    const step = { order_id: order.order_id, ...order.who }
    placeOrder(world, order)
    emit('order_paid', { ...step, currency: CURRENCY, amount: pounds(amountOf(order)) })
    for (const { edition, quantity, line_id } of order.goods)
      stock.ship(edition, quantity, { reserved: 0, reference: order.order_id, line_id })
    emit('order_shipped', step)
    emit('order_completed', step)
  }
}

/** Another shop buys several of a thing, and pays when the goods are ready. */
export function* sellWholesale(world: World): Process {
  const { dice, agenda } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(WHOLESALE_DAYS))
    const order = composeOrder(world, { lines: 4, quantity: 3, channel: 'wholesale' })
    if (order) agenda.start(wholesaleLife(world, order))
  }
}

function* wholesaleLife(world: World, order: Order): Process {
  const { dice, emit, stock } = world
  const step = { order_id: order.order_id, ...order.who }
  placeOrder(world, order)
  for (const { edition, quantity, line_id } of order.goods)
    stock.reserve(edition, quantity, { reference: order.order_id, line_id })
  yield dice.waitMs(3 * HOUR_MS)
  emit('order_confirmed', step)
  yield dice.waitMs(2 * DAY_MS)
  emit('order_paid', { ...step, currency: CURRENCY, amount: pounds(amountOf(order)) })
  yield dice.waitMs(DAY_MS)
  for (const { edition, quantity, line_id } of order.goods)
    stock.ship(edition, quantity, { reserved: quantity, reference: order.order_id, line_id })
  emit('order_shipped', step)
  yield dice.waitMs(2 * DAY_MS)
  emit('order_completed', step)
}

/** Undefined when nothing that was asked for is there. */
function composeOrder(
  world: World,
  wanted: { lines: number; quantity: number; channel: 'store' | 'wholesale' }
): Order | undefined {
  const { dice, people, stock } = world
  const taste = people.createTaste()
  const editions = new Set(
    Array.from({ length: wanted.lines }, () => findEdition(findWork(taste, world), taste, dice))
  )
  const cart = [...editions].flatMap((edition) =>
    edition && stock.available(edition) >= wanted.quantity ? [[edition, wanted.quantity] as const] : []
  )
  if (cart.length === 0) return undefined
  const anonymous_id = `${wanted.channel}-${dice.hex(8)}`
  const order = createOrder(world, { shopper: undefined, anonymous_id }, cart)
  const goods = order.goods.map((line) => ({
    ...line,
    unit_price: wanted.channel === 'wholesale' ? line.edition.unit_cost + 150 : line.unit_price
  }))
  return { ...order, channel: wanted.channel, country: 'United Kingdom', goods, charges: [] }
}
