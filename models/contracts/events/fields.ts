import { Type, type TProperties } from 'typebox'
import { MONEY_PATTERN } from '../money.ts'

// Half a surrogate pair has no UTF-8, so no store could give it back; `.` and `..` would mean a folder in an address.
const NO_DOTS = '(?!\\.{1,2}$)'
const ID_PATTERN = `^${NO_DOTS}[^\\u0000-\\u001f\\ud800-\\udfff]{1,100}$`
export const Id = Type.String({ minLength: 1, maxLength: 100, pattern: ID_PATTERN })
export const idOf = (description: string) => Type.String({ ...Id, description })
export const Name = Type.String({ pattern: ID_PATTERN })

const TEXT_PATTERN = '^[^\\u0000\\ud800-\\udfff]*$'
export const Text = Type.String({ maxLength: 500, pattern: TEXT_PATTERN })
export const LongText = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: TEXT_PATTERN, description })

export const Money = Type.String({
  pattern: MONEY_PATTERN,
  description: 'A decimal amount as a string, for example "12.95"'
})
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
export const Quantity = Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 })
export const Units = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Whole units, at least 1' })
export const Position = Type.Integer({
  minimum: 0,
  maximum: 10_000,
  description: 'Place in the list, from 0'
})
export const LineNumber = Type.Integer({ minimum: 0, maximum: 4_294_967_295 })

/** The range is what JavaScript, DateTime64 and Date hold without loss; a leap second is what JavaScript does not. */
export const Time = Type.String({
  format: 'date-time',
  pattern: '^(19[7-9]\\d|20\\d\\d)-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,3})?Z$',
  description: 'RFC 3339 in UTC, at most milliseconds'
})

/** What every event carries beside its own fields. */
export const Envelope = {
  event_id: Type.String({
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    description: 'A lower-case UUID made by the sender (version 7 is best) and kept over retries'
  }),
  occurred_at: Time,
  received_at: Type.Optional(Time),
  user_id: Type.Optional(idOf('The customer’s pseudonym: never a name, mail address or telephone number')),
  anonymous_id: Type.Optional(idOf('The guest’s id, made in the browser')),
  session_id: Type.Optional(Id),
  source: Type.Optional(Type.String({ ...Id, maxLength: 50, description: 'The system that sent the event' })),
  schema_version: Type.Optional(Type.Literal(1)),
  simulated: Type.Optional(
    Type.Array(Id, {
      maxItems: 20,
      description: 'Fields whose values are invented; ["*"] means the whole event'
    })
  )
}

/** One event type: the envelope and its own fields, and nothing else. */
export function event<const Name extends string, Fields extends TProperties>(
  type: Name,
  description: string,
  fields: Fields
) {
  const properties = { type: Type.Literal(type), ...Envelope, ...fields }
  return Type.Object(properties, { additionalProperties: false, description })
}
