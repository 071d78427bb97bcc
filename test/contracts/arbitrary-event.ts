import fc from 'fast-check'
import type { TObject, TSchema } from 'typebox'
import { checkEvent } from '../../models/contracts/check-event.ts'
import { eventSchemas, type EventOf, type EventType } from '../../models/contracts/events.ts'
import { Currency, Envelope, Id, Money, Text, Time } from '../../models/contracts/events/fields.ts'
import { formatMoney } from '../../models/contracts/money.ts'

/** Any valid event of the type, made from its schema. Lists are short. */
export function arbitraryEvent<Type extends EventType>(type: Type): fc.Arbitrary<EventOf<Type>> {
  return valueOf(eventSchemas[type]).filter((value) => checkEvent(value).ok) as fc.Arbitrary<EventOf<Type>>
}

const LIST_LENGTH_MAX = 4

type Shape = {
  const?: unknown
  enum?: unknown[]
  anyOf?: TSchema[]
  type?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minItems?: number
  items?: TSchema
  patternProperties?: Record<string, TSchema>
}

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 4 }))
/** Mostly what shops write; sometimes more digits than a float holds. */
const money = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: -100_000, max: 1_000_000 }) },
    fc.integer({ min: 0, max: 10 ** 15 })
  )
  .map((amount) => formatMoney(BigInt(amount)))
const time = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())
  .map((iso) => iso.replace('.000Z', 'Z'))

const BY_PATTERN = new Map<unknown, fc.Arbitrary<unknown>>(
  [
    [Id, text.map((id) => id || 'id')] as const,
    [Text, text] as const,
    [Money, money] as const,
    [Time, time] as const,
    [Currency, fc.constantFrom('GBP', 'EUR')] as const,
    [Envelope.event_id, fc.uuid({ version: 7 })] as const
  ].map(([schema, arbitrary]) => [(schema as Shape).pattern, arbitrary])
)

function valueOf(schema: TSchema): fc.Arbitrary<unknown> {
  const fields = schema as Shape
  if ('const' in fields) return fc.constant(fields.const)
  if (fields.enum) return fc.constantFrom(...fields.enum)
  if (fields.anyOf) return fc.oneof(...fields.anyOf.map(valueOf))
  if (fields.type === 'integer') {
    const { minimum: min = 0, maximum: max = 10 ** 6 } = fields
    return fc.oneof(fc.integer({ min, max }), fc.integer({ min: Math.max(min, -9), max: Math.min(max, 9) }))
  }
  if (fields.type === 'boolean') return fc.boolean()
  if (fields.type === 'null') return fc.constant(null)
  if (fields.items) {
    return fc.array(valueOf(fields.items), { minLength: fields.minItems ?? 0, maxLength: LIST_LENGTH_MAX })
  }
  if (fields.patternProperties) return fc.dictionary(fc.constantFrom('artist', 'genre'), text)
  if ('properties' in schema) return recordOf(schema as TObject)
  return BY_PATTERN.get(fields.pattern) ?? fc.stringMatching(new RegExp(fields.pattern ?? '^[a-z]{1,5}$'))
}

function recordOf({ properties, required }: TObject): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valueOf(field)]))
  return fc.record(model, { requiredKeys: [...(required as string[])], noNullPrototype: true })
}
