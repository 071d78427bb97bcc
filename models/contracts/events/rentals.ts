import { Type } from 'typebox'
import { Currency, event, idOf, moneyOf, ProductId, textOf, timeOf } from './fields.ts'

const rental = {
  rental_id: idOf('The rental'),
  copy_id: idOf('The very disc or cartridge, by its label'),
  product_id: ProductId
}
const deposit = { ...rental, amount: moneyOf('The deposit, or the part of it'), currency: Currency }

/** `flipside.rentals`, by copy: the life of a rental, in `lives.ts`. `user_id` is who rents. */
export const rentalSchemas = {
  rental_started: event('rental_started', 'A copy went out.', {
    ...rental,
    due_at: timeOf('When it must be back'),
    price: Type.Optional(moneyOf('What it costs')),
    currency: Type.Optional(Currency)
  }),
  rental_renewed: event('rental_renewed', 'It may stay out longer.', {
    ...rental,
    due_at: timeOf('When it must be back'),
    price: Type.Optional(moneyOf('What it costs')),
    currency: Type.Optional(Currency)
  }),
  rental_returned: event('rental_returned', 'The copy came back.', {
    ...rental,
    condition: Type.Optional(textOf('How the copy came back'))
  }),
  rental_reversed: event('rental_reversed', 'It was booked by mistake and never happened.', {
    ...rental,
    reason: Type.Optional(textOf('Why, in the sender’s words'))
  }),
  rental_lost: event('rental_lost', 'The copy will not come back.', {
    ...rental,
    reason: Type.Optional(textOf('Why, in the sender’s words'))
  }),
  deposit_taken: event('deposit_taken', 'Money was taken as a deposit.', deposit),
  deposit_returned: event('deposit_returned', 'A deposit, or a part of it, was given back.', deposit)
}
