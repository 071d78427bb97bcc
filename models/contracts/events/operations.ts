import { Type } from 'typebox'
import { event, idOf, LongText, ProductId, textOf, timeOf, Units } from './fields.ts'
import { STOCK_ALERTS } from './stock.ts'

const author = Type.Optional(idOf('Who decided it, by the shop’s own name for them'))
const DEFINITION_LENGTH_MAX = 16_000
const definition = LongText(DEFINITION_LENGTH_MAX, 'What it says, as JSON')
const suggestion = {
  suggestion_id: idOf('The suggested purchase'),
  product_id: ProductId,
  author
}

export const KEY_SCOPES = ['browser', 'server', 'admin'] as const

/** `flipside.operations`, by subject: what people decide. It is the audit log, too. */
export const operationSchemas = {
  rule_published: event('rule_published', 'A merchandising rule holds from now on.', {
    rule_id: idOf('The rule'),
    definition,
    author
  }),
  rule_retired: event('rule_retired', 'A rule no longer holds.', {
    rule_id: idOf('The rule'),
    author
  }),
  supplier_upserted: event('supplier_upserted', 'A supplier is new, or changed: all of it, as it is now.', {
    supplier_id: idOf('The supplier'),
    title: textOf('Name of the firm; never of a person'),
    lead_time_days: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 365, description: 'Days from order to delivery' })
    ),
    lead_time_spread_days: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 365, description: 'Standard deviation of those days' })
    ),
    review_days: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 365, description: 'Days from one order to the next; 0: any day' })
    ),
    minimum_order: Type.Optional(
      Type.Integer({ ...Units, description: 'Units of a product that it delivers at least' })
    ),
    definition: Type.Optional(definition),
    author
  }),
  stock_threshold_set: event('stock_threshold_set', 'When a product counts as low.', {
    product_id: ProductId,
    minimum: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description: 'Units below which the product counts as low'
    }),
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
    until: timeOf('When it may be shown again')
  }),
  stock_alert_snoozed: event(
    'stock_alert_snoozed',
    'Nobody is to be told of a product’s alert: until then, while it is not worse, or until it is cleared.',
    {
      product_id: ProductId,
      alert: Type.Enum(STOCK_ALERTS, { description: 'Which alert' }),
      until: Type.Optional(timeOf('When people may be told again')),
      worse_below: Type.Optional(
        Type.Integer({
          minimum: -1_000_000,
          maximum: 1_000_000,
          description: 'Told all the same below so many units'
        })
      ),
      author
    }
  ),
  experiment_started: event('experiment_started', 'Visitors are divided among variants.', {
    experiment_id: idOf('The experiment'),
    definition,
    author
  }),
  experiment_stopped: event('experiment_stopped', 'An experiment ended.', {
    experiment_id: idOf('The experiment'),
    reason: Type.Optional(textOf('Why, in the author’s words')),
    author
  }),
  api_key_issued: event(
    'api_key_issued',
    'Somebody may call the API. The key itself is shown once and kept nowhere.',
    {
      key_id: idOf('The key’s public name'),
      key_hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the key, in hex' }),
      scope: Type.Enum(KEY_SCOPES, { description: 'What it may do' }),
      label: Type.Optional(textOf('What the key is for')),
      events_per_second: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1_000_000,
          description: 'Limit of the key; left out: that of its scope'
        })
      ),
      expires_at: Type.Optional(timeOf('When the key ends by itself')),
      author
    }
  ),
  api_key_revoked: event('api_key_revoked', 'A key is no longer good.', {
    key_id: idOf('The key’s public name'),
    author
  })
}
