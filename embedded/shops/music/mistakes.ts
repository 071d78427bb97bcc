import type { World } from './world.ts'

const WRONG_STEPS = ['order_confirmed', 'order_shipped', 'order_cancelled', 'order_completed'] as const

/** A system that stutters: an order that is over gets a step that may not follow. It moves no stock and no money. */
export function makeMistake(
  { dice, emit, settings }: World,
  step: { order_id: string; user_id?: string; anonymous_id?: string }
): void {
  if (dice.chance(settings.illegalShare)) emit(dice.pick(WRONG_STEPS), step)
}

/** The same for a rental that has ended. */
export function makeRentalMistake(
  { dice, emit, settings, timeAfter }: World,
  rental: { rental_id: string; copy_id: string; product_id: string; user_id: string }
): void {
  if (dice.chance(settings.illegalShare)) emit('rental_renewed', { ...rental, due_at: timeAfter(0) })
}
