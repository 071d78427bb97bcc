import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** JSON schemas by event type. */
export type Schemas = Record<string, unknown>

/**
 * What in the newer schemas would refuse an event that the older took, or take away a field that a reader may rely on:
 * sentences, none when everything was only added or widened.
 */
export function explainBreaks(older: Schemas, newer: Schemas): string[] {
  return Object.entries(older).flatMap(([type, schema]) =>
    Object.hasOwn(newer, type) ? compareSchemas(type, schema, newer[type]) : [`${type}: the type is gone`]
  )
}

type Fields = Record<string, unknown>

/** Says nothing about what is valid. */
const WORDS = new Set(['description', 'title', 'examples', 'default', '$id', 'deprecated'])
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
/** Compared below, each by its own rule. */
const RULED = new Set(
  LOWER_BOUNDS.concat(
    UPPER_BOUNDS,
    ['type', 'const', 'enum', 'properties', 'required', 'additionalProperties', 'patternProperties'],
    ['items', 'anyOf']
  )
)

function compareSchemas(at: string, olderSchema: unknown, newerSchema: unknown): string[] {
  const older = fieldsOf(olderSchema)
  const newer = fieldsOf(newerSchema)
  if (older['anyOf'] || newer['anyOf']) return compareAlternatives(at, older, newer)
  const values = valuesOf(older)
  // What may only be one of a few values is known in full: each must still be valid, whatever the schema says now.
  if (values) {
    return values
      .filter((value) => !Value.Check(newer as TSchema, value))
      .map((value) => `${at}: may no longer be ${JSON.stringify(value)}`)
  }
  return [
    ...compareKinds(at, older, newer),
    ...compareBounds(at, older, newer),
    ...compareOthers(at, older, newer),
    ...compareProperties(at, older, newer),
    ...(older['items'] || newer['items']
      ? compareSchemas(`${at}[]`, older['items'] ?? {}, newer['items'] ?? {})
      : [])
  ]
}

function compareAlternatives(at: string, older: Fields, newer: Fields): string[] {
  const before = alternativesOf(older)
  const after = alternativesOf(newer)
  return before.flatMap((one, i) => {
    const reasons = after.map((other) => compareSchemas(at, one, other))
    if (reasons.some((list) => list.length === 0)) return []
    return [`${at}: alternative ${i + 1} (${JSON.stringify(one)}) is no longer taken`]
  })
}

function compareKinds(at: string, older: Fields, newer: Fields): string[] {
  if (valuesOf(newer)) return [`${at}: may now be only ${valuesOf(newer)?.map(String).join(', ')}`]
  const isWider = older['type'] === 'integer' && newer['type'] === 'number'
  if (newer['type'] === undefined || older['type'] === newer['type'] || isWider) return []
  return [
    `${at}: was ${JSON.stringify(older['type'] ?? 'anything')}, is now ${JSON.stringify(newer['type'])}`
  ]
}

function compareBounds(at: string, older: Fields, newer: Fields): string[] {
  const compare = (name: string, isTighter: (before: number, after: number) => boolean, none: number) => {
    const before = numberOf(older[name], none)
    const after = numberOf(newer[name], none)
    return isTighter(before, after) ? [`${at}: ${name} was ${before}, is now ${after}`] : []
  }
  return [
    ...LOWER_BOUNDS.flatMap((name) => compare(name, (before, after) => after > before, -Infinity)),
    ...UPPER_BOUNDS.flatMap((name) => compare(name, (before, after) => after < before, Infinity))
  ]
}

/** Whether one pattern takes all that another takes cannot be known in general, so any other is taken for narrower. */
function compareOthers(at: string, older: Fields, newer: Fields): string[] {
  return Object.keys(newer)
    .filter((name) => !RULED.has(name) && !WORDS.has(name))
    .filter((name) => JSON.stringify(older[name]) !== JSON.stringify(newer[name]))
    .map((name) => `${at}: ${name} was ${JSON.stringify(older[name])}, is now ${JSON.stringify(newer[name])}`)
}

function compareProperties(at: string, older: Fields, newer: Fields): string[] {
  const before = fieldsOf(older['properties'])
  const after = fieldsOf(newer['properties'])
  const wasRequired = namesOf(older['required'])
  const patterns = fieldsOf(newer['patternProperties'])
  return [
    ...Object.entries(before).flatMap(([name, schema]) =>
      Object.hasOwn(after, name)
        ? compareSchemas(`${at}.${name}`, schema, after[name])
        : [`${at}.${name}: the field is gone`]
    ),
    ...[...namesOf(newer['required'])]
      .filter((name) => !wasRequired.has(name))
      .map((name) => `${at}.${name}: is now required`),
    ...Object.entries(fieldsOf(older['patternProperties'])).flatMap(([pattern, schema]) =>
      Object.hasOwn(patterns, pattern)
        ? compareSchemas(`${at}.*`, schema, patterns[pattern])
        : [`${at}.*: names like ${pattern} are gone`]
    ),
    ...(older['additionalProperties'] !== false && newer['additionalProperties'] === false
      ? [`${at}: takes no further fields now`]
      : [])
  ]
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}
const namesOf = (value: unknown) => new Set(Array.isArray(value) ? value.map(String) : [])
const numberOf = (value: unknown, none: number) => (typeof value === 'number' ? value : none)
const alternativesOf = (schema: Fields): unknown[] =>
  Array.isArray(schema['anyOf']) ? schema['anyOf'] : [schema]

function valuesOf(schema: Fields): unknown[] | undefined {
  if ('const' in schema) return [schema['const']]
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined
}
