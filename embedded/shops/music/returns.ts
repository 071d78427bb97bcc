import type { Process } from './agenda.ts'
import { amountOf, refund, type Order } from './order.ts'
import { DAY_MS, type World } from './world.ts'

/** Some of the goods come back and are paid back; now and then only money does, as a goodwill. */
export function* returnGoods(world: World, order: Order): Process {
  const { dice, emit, stock } = world
  const { order_id, who, country } = order
  const kept = dice.between(0, order.goods.length - 1)
  const goods = order.goods.slice(kept)
  yield DAY_MS + dice.waitMs(4 * DAY_MS)
  if (dice.chance(0.15)) {
    refund(world, order, { goods: goods.slice(-1), charges: [], reason: 'scratched; goods kept' })
    return
  }
  const reason = dice.pick(['not as expected', 'damaged on the way', 'a present that they had'])
  emit('return_requested', { order_id, ...who, reason })
  yield 2 * DAY_MS + dice.waitMs(2 * DAY_MS)
  const returned = goods.map(({ line_id, edition, quantity }) => ({
    line_id,
    product_id: edition.product_id,
    quantity
  }))
  emit('return_received', { order_id, ...who, country, returned })
  for (const { edition, quantity, line_id } of goods) {
    // What came back broken is not put on the shelf again.
    if (reason !== 'damaged on the way' || dice.chance(0.3))
      stock.takeBack(edition, quantity, { reference: order_id, line_id, reason })
  }
  yield dice.waitMs(DAY_MS / 4)
  const isWhole = kept === 0
  const back = { goods, charges: isWhole ? order.charges : [], reason }
  // Nobody is paid back more than they paid: a discount was on all lines together.
  if (isWhole || amountOf(back) <= amountOf(order)) refund(world, order, back)
}
