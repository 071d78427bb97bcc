import type { Process } from './agenda.ts'
import type { Copy } from './copies.ts'
import { makeRentalMistake } from './mistakes.ts'
import type { Shopper } from './people.ts'
import { pounds } from './prices.ts'
import { CURRENCY, DAY_MS, HOUR_MS, type World } from './world.ts'

const RENTED_DAYS = 5
const DEPOSIT = 1_000

/** Rents out a film or series, if there is a copy in. Members need no deposit. */
export function startRental(world: World, shopper: Shopper): void {
  const { dice, copies } = world
  // Who finds three discs gone gives up.
  const copy = [dice.pick(copies), dice.pick(copies), dice.pick(copies)].find((one) => !one.isOut)
  if (copy) world.agenda.start(rentalLife(world, { copy, shopper }))
}

function* rentalLife(world: World, { copy, shopper }: { copy: Copy; shopper: Shopper }): Process {
  const { dice, emit, timeAfter } = world
  const { copy_id, edition } = copy
  copy.isOut = true
  shopper.busy++
  const rental = {
    rental_id: world.nextId('R'),
    copy_id,
    product_id: edition.product_id,
    user_id: shopper.customer_id
  }
  const price = { price: pounds(edition.format === 'blu-ray' ? 399 : 299), currency: CURRENCY }
  emit('rental_started', { ...rental, due_at: timeAfter(RENTED_DAYS * DAY_MS), ...price })
  const deposit = shopper.tier && dice.chance(0.7) ? 0 : DEPOSIT
  if (deposit > 0) emit('deposit_taken', { ...rental, amount: pounds(deposit), currency: CURRENCY })
  const giveBack = (amount: number) => {
    if (deposit > 0) emit('deposit_returned', { ...rental, amount: pounds(amount), currency: CURRENCY })
  }

  if (dice.chance(0.025)) {
    yield dice.waitMs(HOUR_MS)
    emit('rental_reversed', { ...rental, reason: 'booked on the wrong copy' })
    giveBack(deposit)
  } else {
    let daysLeft = RENTED_DAYS
    while (dice.chance(0.13)) {
      yield daysLeft * DAY_MS * (0.5 + dice.roll() / 2)
      daysLeft = RENTED_DAYS
      emit('rental_renewed', { ...rental, due_at: timeAfter(RENTED_DAYS * DAY_MS), ...price })
    }
    // One in seven is late.
    yield daysLeft * DAY_MS * (dice.chance(1 / 7) ? 1.05 + dice.roll() : 0.2 + 0.8 * dice.roll())
    if (dice.chance(0.025)) yield* lose(world, rental)
    else {
      const isWorn = dice.chance(0.06)
      emit('rental_returned', { ...rental, condition: isWorn ? 'scratched' : 'good' })
      giveBack(isWorn ? deposit / 2 : deposit)
      makeRentalMistake(world, rental)
    }
  }
  copy.isOut = false
  shopper.busy--
}

/** The deposit stays; half of what was lost turns up, and the label goes on the shelf again either way. */
function* lose(
  { dice, emit }: World,
  rental: { rental_id: string; copy_id: string; product_id: string; user_id: string }
): Process {
  yield 4 * DAY_MS
  emit('rental_lost', { ...rental, reason: 'not brought back' })
  yield 2 * DAY_MS + dice.waitMs(3 * DAY_MS)
  if (dice.chance(0.5)) emit('rental_returned', { ...rental, condition: 'found again' })
}
