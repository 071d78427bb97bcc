import type { Static } from 'typebox'
import { behaviourSchemas } from './events/behaviour.ts'
import { catalogueSchemas } from './events/catalogue.ts'
import { customerSchemas } from './events/customers.ts'
import { operationSchemas } from './events/operations.ts'
import { orderSchemas } from './events/orders.ts'
import { rentalSchemas } from './events/rentals.ts'
import { stockSchemas } from './events/stock.ts'

/** The largest event that is accepted: real invoices have up to 1,114 lines. */
export const ORDER_EVENT_BYTES_MAX = 256 * 1024
export const EVENT_BYTES_MAX = 32 * 1024

/** Every event type by the topic that carries it. */
export const topicSchemas = {
  'flipside.behaviour': behaviourSchemas,
  'flipside.orders': orderSchemas,
  'flipside.stock': stockSchemas,
  'flipside.catalogue': catalogueSchemas,
  'flipside.customers': customerSchemas,
  'flipside.rentals': rentalSchemas,
  'flipside.operations': operationSchemas
}

/**
 * Every event type with its schema: the static types, the validation, the OpenAPI text and the docs come from here.
 * Within a `schema_version` only optional fields and new types are added.
 */
export const eventSchemas = {
  ...behaviourSchemas,
  ...orderSchemas,
  ...stockSchemas,
  ...catalogueSchemas,
  ...customerSchemas,
  ...rentalSchemas,
  ...operationSchemas
}

export type EventType = keyof typeof eventSchemas
export type EventOf<Type extends EventType> = Static<(typeof eventSchemas)[Type]>
export type ShopEvent = { [Type in EventType]: EventOf<Type> }[EventType]

export const eventTypes = Object.keys(eventSchemas) as EventType[]
