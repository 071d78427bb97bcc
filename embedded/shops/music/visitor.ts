import type { Edition } from './editions.ts'
import type { Shopper, Taste } from './people.ts'
import type { World } from './world.ts'

/** Who looks around: a guest, who may turn out to be a customer, or become one. */
export type Visitor = {
  taste: Taste
  session_id: string
  anonymous_id: string | undefined
  shopper: Shopper | undefined
  cart: Map<Edition, number>
  is_bot: boolean
}

/** How an event says who it is. A customer who was a guest is one person from the login on. */
export function identify({ shopper, anonymous_id, session_id, is_bot }: Visitor) {
  const who =
    shopper && !anonymous_id ? { user_id: shopper.customer_id } : { anonymous_id: anonymous_id ?? '' }
  return { ...who, session_id, ...(is_bot && { is_bot }) }
}

export function logIn(world: World, visitor: Visitor): void {
  const { shopper, anonymous_id, session_id } = visitor
  if (!shopper || !anonymous_id) return
  const { customer_id } = shopper
  world.emit('customer_logged_in', { customer_id, user_id: customer_id, anonymous_id, session_id })
  visitor.anonymous_id = undefined
}
