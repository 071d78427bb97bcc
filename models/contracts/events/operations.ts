import { Type } from 'typebox'
import { event, Id, idOf, LongText, Text, Time, Units } from './fields.ts'

const author = Type.Optional(idOf('Who decided it, by the shop’s own name for them'))
const DEFINITION_LENGTH_MAX = 16_000
const definition = LongText(DEFINITION_LENGTH_MAX, 'As JSON')
const suggestion = { suggestion_id: Id, product_id: Id, author }

export const KEY_SCOPES = ['browser', 'server', 'admin'] as const

/** `flipside.operations`, by subject: what people decide. It is the audit log, too. */
export const operationSchemas = {
  rule_published: event('rule_published', 'A merchandising rule holds from now on.', {
    rule_id: Id,
    definition,
    author
  }),
  rule_retired: event('rule_retired', 'A rule no longer holds.', { rule_id: Id, author }),
  supplier_upserted: event('supplier_upserted', 'A supplier is new, or changed: all of it, as it is now.', {
    supplier_id: Id,
    title: Text,
    lead_time_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 })),
    definition: Type.Optional(definition),
    author
  }),
  stock_threshold_set: event('stock_threshold_set', 'When a product counts as low.', {
    product_id: Id,
    minimum: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    author
  }),
  suggestion_accepted: event('suggestion_accepted', 'A suggested purchase is made.', {
    ...suggestion,
    quantity: Units
  }),
  suggestion_edited: event('suggestion_edited', 'A suggested purchase is made with another quantity.', {
    ...suggestion,
    quantity: Units
  }),
  suggestion_snoozed: event('suggestion_snoozed', 'A suggestion is not to be shown until then.', {
    ...suggestion,
    until: Time
  }),
  experiment_started: event('experiment_started', 'Visitors are divided among variants.', {
    experiment_id: Id,
    definition,
    author
  }),
  experiment_stopped: event('experiment_stopped', 'An experiment ended.', {
    experiment_id: Id,
    reason: Type.Optional(Text),
    author
  }),
  api_key_issued: event(
    'api_key_issued',
    'Somebody may call the API. The key itself is shown once and kept nowhere.',
    {
      key_id: Id,
      key_hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the key, in hex' }),
      scope: Type.Enum(KEY_SCOPES),
      label: Type.Optional(Text),
      events_per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      expires_at: Type.Optional(Time),
      author
    }
  ),
  api_key_revoked: event('api_key_revoked', 'A key is no longer good.', { key_id: Id, author })
}
