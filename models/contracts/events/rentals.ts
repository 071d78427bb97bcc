import { Type } from 'typebox'
import { Currency, event, Id, idOf, Money, Text, Time } from './fields.ts'

const rental = {
  rental_id: Id,
  copy_id: idOf('The very disc or cartridge, by its label'),
  product_id: Id
}
const deposit = { ...rental, amount: Money, currency: Currency }

/** `flipside.rentals`, by copy: the life of a rental, in `rental-life.ts`. `user_id` is who rents. */
export const rentalSchemas = {
  rental_started: event('rental_started', 'A copy went out.', {
    ...rental,
    due_at: Time,
    price: Type.Optional(Money),
    currency: Type.Optional(Currency)
  }),
  rental_renewed: event('rental_renewed', 'It may stay out longer.', {
    ...rental,
    due_at: Time,
    price: Type.Optional(Money),
    currency: Type.Optional(Currency)
  }),
  rental_returned: event('rental_returned', 'The copy came back.', {
    ...rental,
    condition: Type.Optional(Text)
  }),
  rental_reversed: event('rental_reversed', 'It was booked by mistake and never happened.', {
    ...rental,
    reason: Type.Optional(Text)
  }),
  rental_lost: event('rental_lost', 'The copy will not come back.', {
    ...rental,
    reason: Type.Optional(Text)
  }),
  deposit_taken: event('deposit_taken', 'Money was taken as a deposit.', deposit),
  deposit_returned: event('deposit_returned', 'A deposit, or a part of it, was given back.', deposit)
}
