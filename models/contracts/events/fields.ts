import { Type, type TProperties } from 'typebox'
import { MONEY_PATTERN } from '../money.ts'

// Half a surrogate pair has no UTF-8, so no store could give it back; `.` and `..` would mean a folder in an address.
const NO_DOTS = '(?!\\.{1,2}$)'
const ID_PATTERN = `^${NO_DOTS}[^\\u0000-\\u001f\\ud800-\\udfff]{1,100}$`
export const Id = Type.String({ minLength: 1, maxLength: 100, pattern: ID_PATTERN })
export const idOf = (description: string) => Type.String({ ...Id, description })
export const ProductId = idOf('What is sold, stocked and priced: an edition of a work in one format')
export const Name = Type.String({ pattern: ID_PATTERN })

const TEXT_PATTERN = '^[^\\u0000\\ud800-\\udfff]*$'
export const Text = Type.String({ maxLength: 500, pattern: TEXT_PATTERN })
export const textOf = (description: string) => Type.String({ ...Text, description })
export const Country = textOf('Where the customer is, as the shop writes countries')
export const LongText = (maxLength: number, description: string) =>
  Type.String({ maxLength, pattern: TEXT_PATTERN, description })

export const Money = Type.String({
  pattern: MONEY_PATTERN,
  description: 'A decimal amount as a string, for example "12.95"'
})
export const moneyOf = (description: string) => Type.String({ ...Money, description })
const CURRENCY_PATTERN = '^[A-Z]{3}$'
export const Currency = Type.String({ pattern: CURRENCY_PATTERN, description: 'ISO 4217, for example GBP' })
export const quantityOf = (description: string) =>
  Type.Integer({ minimum: -1_000_000, maximum: 1_000_000, description })
export const Units = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Whole units, at least 1' })
export const Position = Type.Integer({
  minimum: 0,
  maximum: 10_000,
  description: 'Place in the list, from 0'
})
export const LineNumber = Type.Integer({
  minimum: 0,
  maximum: 4_294_967_295,
  description: 'Number of the line in its document'
})

const DAY_OF_MONTH =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))'
// From 1970 to 2099 every fourth year is a leap year.
const LEAP_DAY = '(?:19(?:7[26]|8[048]|9[26])|20(?:[02468][048]|[13579][26]))-02-29'
/** The range is what JavaScript, DateTime64 and Date hold without loss; a leap second is what JavaScript does not. */
const TIME_PATTERN = `^(?:(?:19[7-9]\\d|20\\d\\d)-${DAY_OF_MONTH}|${LEAP_DAY})T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,3})?Z$`
export const Time = Type.String({
  format: 'date-time',
  pattern: TIME_PATTERN,
  description: 'RFC 3339 in UTC, at most milliseconds'
})

export const timeOf = (description: string) => Type.String({ ...Time, description })

const EVENT_ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

/** What a sender is told, who should not have to read patterns. */
export const patternsInWords: ReadonlyMap<string, string> = new Map([
  [ID_PATTERN, 'must be 1 to 100 characters without control characters, and not "." or ".."'],
  [TEXT_PATTERN, 'must not hold a zero character or half a surrogate pair'],
  [MONEY_PATTERN, 'must be a decimal amount as a string with at most 4 decimals, for example "12.95"'],
  [CURRENCY_PATTERN, 'must be a currency of ISO 4217, for example GBP'],
  [TIME_PATTERN, 'must be a time of 1970 to 2099 in UTC, for example 2026-01-31T12:00:00Z'],
  [EVENT_ID_PATTERN, 'must be a UUID in lower case']
])

/** What every event carries beside its own fields. */
export const Envelope = {
  event_id: Type.String({
    pattern: EVENT_ID_PATTERN,
    description: 'A lower-case UUID made by the sender (version 7 is best) and kept over retries'
  }),
  occurred_at: timeOf('When it happened, by the sender’s clock'),
  received_at: Type.Optional(timeOf('When the collector took it; the collector writes it')),
  user_id: Type.Optional(idOf('The customer’s pseudonym: never a name, mail address or telephone number')),
  anonymous_id: Type.Optional(idOf('The guest’s id, made in the browser')),
  session_id: Type.Optional(idOf('The visit, as the sender names it')),
  source: Type.Optional(Type.String({ ...Id, maxLength: 50, description: 'The system that sent the event' })),
  schema_version: Type.Optional(
    Type.Literal(1, { description: 'Version of the type’s schema; 1 when left out' })
  ),
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
  const properties = { type: Type.Literal(type, { description: 'What happened' }), ...Envelope, ...fields }
  return Type.Object(properties, { additionalProperties: false, description })
}
