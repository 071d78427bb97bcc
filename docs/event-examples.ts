import type { TObject, TSchema } from 'typebox'
import { eventSchemas, type EventType } from '../models/contracts/events.ts'

/** One valid event of the type: every required field and those optional ones that say the most. Always the same. */
export function exampleOf(type: EventType): Record<string, unknown> {
  const schema = eventSchemas[type] as TObject
  const shown = Object.entries(schema.properties).filter(
    ([name]) => isRequired(schema, name) || SHOWN.has(name) || name in (OWN_VALUES[type] ?? {})
  )
  return Object.fromEntries(
    shown.map(([name, field]) => [name, OWN_VALUES[type]?.[name] ?? valueOf(name, field)])
  )
}

const isRequired = (schema: TObject, name: string) => schema.required?.includes(name) ?? false

/** Optional fields without which an example would not say what it is for. */
const SHOWN = new Set([
  'user_id',
  'list_id',
  'position',
  'format',
  'reference',
  'expected_at',
  'author',
  'source'
])

/** A plausible value by the field's name; what is not here takes the first that its schema allows. */
const VALUES: Record<string, unknown> = {
  event_id: '0198c0de-0000-7000-8000-000000000001',
  occurred_at: '2026-01-31T12:00:00.250Z',
  user_id: 'c-17850',
  customer_id: 'c-17850',
  session_id: 's-1',
  source: 'shop',
  product_id: 'abbey-road-cd',
  product_ids: ['abbey-road-cd', 'abbey-road-vinyl'],
  sources: ['similar', 'popular'],
  recommendation_id: 'r-5f2c',
  placement: 'home',
  list_id: 'new-releases',
  position: 0,
  quantity: 2,
  query: 'abbey road',
  result_count: 12,
  rating: 5,
  order_id: 'o-536365',
  currency: 'GBP',
  country: 'United Kingdom',
  channel: 'web',
  amount: '30.85',
  price: '12.95',
  reason: 'damaged on the way',
  expected_quantity: 3,
  reference: 'o-536365',
  purchase_id: 'po-17',
  supplier_id: 'harbour-music',
  expected_at: '2026-02-14T00:00:00Z',
  work_id: 'abbey-road',
  title: 'Abbey Road',
  format: 'cd',
  attributes: { artist: 'The Beatles', genre: 'rock' },
  promotion_id: 'spring-sale',
  starts_at: '2026-03-01T00:00:00Z',
  ends_at: '2026-03-08T00:00:00Z',
  rental_id: 'l-9',
  copy_id: 'abbey-road-cd/3',
  due_at: '2026-02-07T18:00:00Z',
  rule_id: 'january-sale',
  suggestion_id: 'g-81',
  experiment_id: 'shelf-order',
  key_id: 'k-1',
  key_hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  minimum: 5,
  until: '2026-02-14T00:00:00Z',
  author: 'maria',
  definition: '{}'
}

const line = { line_id: 1, kind: 'product', product_id: 'abbey-road-cd', quantity: 2, unit_price: '12.95' }

const OWN_VALUES: Partial<Record<EventType, Record<string, unknown>>> = {
  order_placed: {
    country: 'United Kingdom',
    channel: 'web',
    tax_included: true,
    lines: [line, { line_id: 2, kind: 'postage', quantity: 1, unit_price: '4.95' }]
  },
  order_refunded: { lines: [{ ...line, quantity: -1 }], reason: 'damaged on the way' },
  return_received: { returned: [{ line_id: 1, product_id: 'abbey-road-cd', quantity: 1 }] },
  order_cancelled: { reason: 'ordered twice' },
  payment_failed: { reason: 'card refused' },
  stock_adjusted: { quantity: -1, reason: 'broken in the shop', reference: 'shelf-check-4' },
  stock_counted: { reference: 'stocktake-2026-01' },
  stock_returned: { reference: 'rma-12' },
  stock_shipped: { reserved_quantity: 1 },
  stock_received: { reference: 'delivery-note-77' },
  customer_logged_in: { anonymous_id: 'g-7f31' },
  customer_updated: { tier: 'gold' },
  customer_registered: { country: 'United Kingdom' },
  rental_started: { price: '3.5', currency: 'GBP' },
  rental_returned: { condition: 'one scratch' },
  rental_reversed: { reason: 'wrong label scanned' },
  rental_lost: { reason: 'not back after 60 days' },
  deposit_taken: { amount: '20' },
  deposit_returned: { amount: '20' },
  rule_published: { definition: '{"boost":{"attribute":"genre","equals":"jazz"},"by":1.5}' },
  experiment_started: { definition: '{"variants":["popular","similar"],"shares":[0.5,0.5]}' },
  experiment_stopped: { reason: 'decided' },
  supplier_upserted: { title: 'Harbour Music', lead_time_days: 14 },
  api_key_issued: { scope: 'server', label: 'order system' }
}

function valueOf(name: string, schema: TSchema): unknown {
  if ('const' in schema) return schema.const
  if (name in VALUES) return VALUES[name]
  if ('enum' in schema && Array.isArray(schema.enum)) return schema.enum[0]
  if ('type' in schema && schema.type === 'boolean') return true
  if ('type' in schema && schema.type === 'integer') return 'minimum' in schema ? schema.minimum : 0
  return 'example'
}
