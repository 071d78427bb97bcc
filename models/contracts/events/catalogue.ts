import { Type } from 'typebox'
import { Currency, event, Id, idOf, Money, Name, Text, Time } from './fields.ts'

const product = { product_id: Id }
const price = Type.Union([Money, Type.Null()], { description: 'List price; null when the shop names none' })

/** `flipside.catalogue`, by product: what the shop sells. */
export const catalogueSchemas = {
  product_upserted: event(
    'product_upserted',
    'A product is new, or its description changed: all of it, as it is now.',
    {
      ...product,
      work_id: idOf('The album, film or game that the product is an edition of'),
      title: Text,
      format: Type.Optional(idOf('cd, vinyl, dvd, blu-ray, game …')),
      attributes: Type.Record(Name, Text, { maxProperties: 30, additionalProperties: false }),
      price,
      currency: Currency,
      unit_cost: Type.Optional(Money),
      lead_time_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 }))
    }
  ),
  product_retired: event('product_retired', 'A product is no longer sold.', product),
  price_changed: event('price_changed', 'A product has another list price from now on.', {
    ...product,
    price,
    currency: Currency
  }),
  promotion_scheduled: event('promotion_scheduled', 'A product has another price for a while.', {
    ...product,
    promotion_id: Id,
    price: Money,
    currency: Currency,
    starts_at: Time,
    ends_at: Time
  })
}
