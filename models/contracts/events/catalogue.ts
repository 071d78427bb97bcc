import { Type } from 'typebox'
import {
  Currency,
  event,
  idOf,
  Money,
  moneyOf,
  Name,
  ProductId,
  Text,
  textOf,
  timeOf,
  Units
} from './fields.ts'

const product = { product_id: ProductId }
const unitsOf = (description: string) => Type.Integer({ ...Units, description })
const price = Type.Union([Money, Type.Null()], { description: 'List price; null when the shop names none' })

/** `flipside.catalogue`, by product: what the shop sells. */
export const catalogueSchemas = {
  product_upserted: event(
    'product_upserted',
    'A product is new, or its description changed: all of it, as it is now.',
    {
      ...product,
      work_id: idOf('The album, film or game that the product is an edition of'),
      title: textOf('Title as shown'),
      format: Type.Optional(idOf('cd, vinyl, dvd, blu-ray, game …')),
      attributes: Type.Record(Name, Text, {
        maxProperties: 30,
        additionalProperties: false,
        description: 'Further facts: artist, genre, label …'
      }),
      price,
      currency: Currency,
      unit_cost: Type.Optional(moneyOf('What a unit costs the shop')),
      lead_time_days: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 365, description: 'Days from order to delivery' })
      ),
      supplier_id: Type.Optional(idOf('Who delivers it, as in supplier_upserted')),
      pack_size: Type.Optional(unitsOf('Units to a pack; only whole packs are ordered')),
      minimum_order: Type.Optional(unitsOf('Units that the supplier delivers at least')),
      stock_max: Type.Optional(unitsOf('Units that the shop has room for'))
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
    promotion_id: idOf('The promotion'),
    price: moneyOf('Price while it lasts'),
    currency: Currency,
    starts_at: timeOf('When it begins'),
    ends_at: timeOf('When it ends')
  })
}
