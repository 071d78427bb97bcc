import type { TSchema } from 'typebox'
import { Envelope, Id, Money, Text, Time } from '../models/contracts/events/fields.ts'

/** What a field may hold, in words that fit a cell of a table. */
export function describeShape(schema: TSchema): string {
  const fields = schema as Shape
  if ('const' in fields) return `\`${JSON.stringify(fields.const)}\``
  if (fields.enum) return fields.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (fields.anyOf) return fields.anyOf.map(describeShape).join(' or ')
  switch (fields.type) {
    case 'string':
      return describeText(fields)
    case 'integer':
      return `whole number${describeBounds(fields.minimum, fields.maximum)}`
    case 'boolean':
      return 'true or false'
    case 'null':
      return 'null'
    case 'array':
      return `list of ${countWords(fields)}${fields.items ? nameOfItems(fields.items) : 'values'}`
    case 'object':
      return fields.patternProperties
        ? `texts by name, at most ${fields.maxProperties ?? 'any number'}`
        : 'object'
    default:
      throw new Error(`no words for ${JSON.stringify(schema)}`)
  }
}

type Shape = {
  const?: unknown
  enum?: unknown[]
  anyOf?: TSchema[]
  type?: string
  pattern?: string
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  maxProperties?: number
  items?: TSchema
  patternProperties?: Record<string, TSchema>
}

/** A pattern is for programs; these are the words for people. A pattern that is not here is shown as it is. */
const RULES: { schema: TSchema; words: (maxLength: number | undefined) => string }[] = [
  { schema: Id, words: (max = 100) => `id, at most ${max} characters` },
  { schema: Text, words: (max = 0) => `text, at most ${count(max)} characters` },
  { schema: Money, words: () => 'money' },
  { schema: Time, words: () => 'time' },
  { schema: Envelope.event_id, words: () => 'UUID in lower case' }
]

function describeText({ pattern, maxLength }: Shape): string {
  const rule = RULES.find(({ schema }) => (schema as Shape).pattern === pattern)
  if (rule) return rule.words(maxLength)
  const code = pattern === undefined ? '' : ` \`${pattern.replaceAll('|', '\\|')}\``
  return `text${maxLength === undefined ? '' : ` of at most ${count(maxLength)} characters`}${code}`
}

function describeBounds(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${count(minimum)} to ${count(maximum)}`
  if (minimum !== undefined) return `, at least ${count(minimum)}`
  return maximum === undefined ? '' : `, at most ${count(maximum)}`
}

const countWords = ({ minItems = 0, maxItems }: Shape) =>
  maxItems === undefined ? '' : `${minItems > 0 ? `${minItems} to` : 'at most'} ${count(maxItems)} `

const nameOfItems = (items: TSchema) =>
  'properties' in items ? 'objects, see below' : `${describeShape(items).split(/[ ,]/, 1)[0]}s`

const count = (number: number) => number.toLocaleString('en')
