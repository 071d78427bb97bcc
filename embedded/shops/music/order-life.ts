import type { Process } from './agenda.ts'
import { makeMistake } from './mistakes.ts'
import { amountOf, placeOrder, refund, type Order } from './order.ts'
import { pounds } from './prices.ts'
import { returnGoods } from './returns.ts'
import { grantTier } from './tiers.ts'
import { CURRENCY, DAY_MS, HOUR_MS, MINUTE_MS, type World } from './world.ts'

/** From the order to the goods at the door, with what may go wrong on the way. Stock moves with it. */
export function* orderLife(world: World, order: Order): Process {
  if (order.shopper) order.shopper.busy++
  const { dice, emit } = world
  const step = { order_id: order.order_id, ...order.who }
  placeOrder(world, order)
  for (const { edition, quantity, line_id } of order.goods)
    world.stock.reserve(edition, quantity, { reference: order.order_id, line_id })
  yield dice.waitMs(MINUTE_MS / 2)
  emit('order_confirmed', step)
  if (yield* pay(world, order)) yield* fulfil(world, order)
  makeMistake(world, step)
  if (order.shopper) order.shopper.busy--
}

/** True when the money came; otherwise the order is called off and what was set aside is free again. */
function* pay(world: World, order: Order): Generator<number, boolean, void> {
  const { dice, emit } = world
  const step = { order_id: order.order_id, ...order.who }
  yield dice.waitMs(2 * MINUTE_MS)
  for (let tries = 1; dice.chance(0.07); tries++) {
    emit('payment_failed', { ...step, reason: dice.pick(['card declined', 'time-out', 'not authenticated']) })
    if (tries === 3 || dice.chance(0.3)) {
      yield dice.waitMs(6 * HOUR_MS)
      cancel(world, order, 'not paid')
      return false
    }
    yield dice.waitMs(20 * MINUTE_MS)
  }
  const amount = amountOf(order)
  emit('order_paid', { ...step, currency: CURRENCY, amount: pounds(amount) })
  if (order.shopper) {
    order.shopper.spent += amount
    grantTier(world, order.shopper)
  }
  return true
}

function* fulfil(world: World, order: Order): Process {
  const { dice, emit, stock } = world
  const step = { order_id: order.order_id, ...order.who }
  yield 4 * HOUR_MS + dice.waitMs(14 * HOUR_MS)
  if (dice.chance(0.025)) {
    cancel(world, order, 'changed their mind')
    yield dice.waitMs(HOUR_MS)
    refund(world, order, { goods: order.goods, charges: order.charges, reason: 'cancelled' })
    return
  }
  for (const { edition, quantity, line_id } of order.goods)
    stock.ship(edition, quantity, { reserved: quantity, reference: order.order_id, line_id })
  emit('order_shipped', step)
  yield DAY_MS + dice.waitMs(1.5 * DAY_MS)
  emit('order_completed', step)
  if (dice.chance(0.09)) yield* returnGoods(world, order)
}

function cancel({ emit, stock }: World, order: Order, reason: string): void {
  emit('order_cancelled', { order_id: order.order_id, ...order.who, reason })
  for (const { edition, quantity, line_id } of order.goods)
    stock.release(edition, quantity, { reference: order.order_id, line_id })
}
