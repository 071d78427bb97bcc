import type { Process } from './agenda.ts'
import type { Edition } from './editions.ts'
import { orderLife } from './order-life.ts'
import { createOrder } from './order.ts'
import type { Shopper } from './people.ts'
import { identify, logIn, type Visitor } from './visitor.ts'
import type { World } from './world.ts'

const ABANDONED_SHARE = 0.28
const REMOVED_SHARE = 0.08
/** Of guests who buy, how many register; the others stay guests. */
const REGISTERS_SHARE = 0.6

/** Takes some things out again, and orders the rest, or leaves it. */
export function* checkOut(world: World, visitor: Visitor): Process {
  const { dice, emit, stock, agenda } = world
  for (const [edition, quantity] of visitor.cart) {
    if (!dice.chance(REMOVED_SHARE)) continue
    yield dice.waitMs(6_000)
    visitor.cart.delete(edition)
    emit('cart_removed', { ...identify(visitor), product_id: edition.product_id, quantity })
  }
  yield dice.waitMs(40_000)
  if (visitor.cart.size === 0 || dice.chance(ABANDONED_SHARE)) return
  if (!visitor.shopper && dice.chance(REGISTERS_SHARE)) {
    visitor.shopper = register(world)
    if (visitor.shopper) visitor.shopper.busy++
  }
  logIn(world, visitor)
  yield dice.waitMs(15_000)
  // Somebody else may have been quicker.
  const goods = [...visitor.cart].filter(
    ([edition, quantity]) => edition.state === 'sold' && stock.available(edition) >= quantity
  )
  if (goods.length === 0) return
  const order = createOrder(world, visitor, goods)
  for (const [edition] of goods) remember(visitor.shopper, edition)
  agenda.start(orderLife(world, order))
}

/** A new customer, who mostly says at once whether their history may be used. */
export function register(world: World): Shopper | undefined {
  const { dice, emit, people } = world
  const shopper = people.recruit()
  if (!shopper) return undefined
  const { customer_id, country } = shopper
  emit('customer_registered', { customer_id, user_id: customer_id, country })
  if (dice.chance(0.35))
    emit('consent_changed', { customer_id, user_id: customer_id, personalisation: dice.chance(0.85) })
  return shopper
}

function remember(shopper: Shopper | undefined, edition: Edition): void {
  shopper?.owned.set(edition.work, false)
}
