import type { Process } from './agenda.ts'
import type { World } from './world.ts'

const CONSENT_DAYS = 0.8
const MOVED_DAYS = 1.5
const ERASED_DAYS = 4

/** Customers change their minds about their history, and where they live. */
export function* updateCustomers(world: World): Process {
  const { dice, emit, people } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(MOVED_DAYS))
    if (people.shoppers.length === 0) continue
    const shopper = dice.pick(people.shoppers)
    shopper.country = people.drawCountry()
    const { customer_id, country } = shopper
    emit('customer_updated', { customer_id, user_id: customer_id, country })
  }
}

export function* changeConsent(world: World): Process {
  const { dice, emit, people } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(CONSENT_DAYS))
    if (people.shoppers.length === 0) continue
    const { customer_id } = dice.pick(people.shoppers)
    emit('consent_changed', { customer_id, user_id: customer_id, personalisation: dice.chance(0.7) })
  }
}

/** Somebody asks to be forgotten, and is never seen again. */
export function* forgetPeople(world: World): Process {
  const { dice, emit, people } = world
  for (;;) {
    yield world.pacedMs(ERASED_DAYS) * (0.5 + dice.roll())
    const idle = people.shoppers.filter((shopper) => shopper.busy === 0)
    if (idle.length === 0) continue
    const shopper = dice.pick(idle)
    people.forget(shopper)
    emit('customer_erased', { customer_id: shopper.customer_id, user_id: shopper.customer_id })
  }
}
