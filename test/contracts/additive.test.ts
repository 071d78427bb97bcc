import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'
import { describe, expect, it } from 'vitest'
import { exampleOf } from '../../docs/event-examples.ts'
import { eventSchemas, eventTypes } from '../../models/contracts/events.ts'
import { explainBreaks, type Schemas } from './schema-changes.ts'

const frozen: Schemas = JSON.parse(readFileSync(new URL('./events-v1.json', import.meta.url), 'utf8'))

it('version 1 keeps what it promised: types and fields are only added, bounds only become wider', () => {
  expect(Object.keys(frozen).length).toBeGreaterThan(50)
  expect(explainBreaks(frozen, eventSchemas)).toEqual([])
})

type Path = (string | number)[]
type Change = { at: Path; name: string; apply: (schema: Record<string, unknown>) => void }
type Rule = { name: string; fits: (schema: Record<string, unknown>) => boolean; apply: Change['apply'] }

const number = (value: unknown) => Number(value)
const list = (value: unknown) => (Array.isArray(value) ? value : [])
const isClosed = (schema: Record<string, unknown>) => 'properties' in schema
const propertiesOf = (schema: Record<string, unknown>) => schema['properties'] as Record<string, unknown>
const optionalOf = (schema: Record<string, unknown>) =>
  Object.keys(propertiesOf(schema)).filter((name) => !list(schema['required']).includes(name))

const ADDITIONS: Rule[] = [
  {
    name: 'an optional field more',
    fits: isClosed,
    apply: (schema) => void (propertiesOf(schema)['colour'] = { type: 'string', maxLength: 5 })
  },
  {
    name: 'a required field optional',
    fits: (schema) => isClosed(schema) && list(schema['required']).length > 0,
    apply: (schema) => void (schema['required'] = list(schema['required']).slice(1))
  },
  {
    name: 'a value more',
    fits: (schema) => 'enum' in schema,
    apply: (schema) => void (schema['enum'] = [...list(schema['enum']), 'another'])
  },
  {
    name: 'longer texts',
    fits: (schema) => 'maxLength' in schema,
    apply: (schema) => void (schema['maxLength'] = number(schema['maxLength']) + 1)
  },
  {
    name: 'longer lists',
    fits: (schema) => 'maxItems' in schema,
    apply: (schema) => void (schema['maxItems'] = number(schema['maxItems']) + 1)
  },
  {
    name: 'a smaller minimum',
    fits: (schema) => 'minimum' in schema,
    apply: (schema) => void (schema['minimum'] = number(schema['minimum']) - 1)
  },
  {
    name: 'any form of text',
    fits: (schema) => typeof schema['pattern'] === 'string',
    apply: (schema) => void delete schema['pattern']
  },
  {
    name: 'another description',
    fits: (schema) => 'type' in schema,
    apply: (schema) => void (schema['description'] = 'in other words')
  }
]

const BREAKS: Rule[] = [
  {
    name: 'a field less',
    fits: isClosed,
    apply: (schema) => {
      const [name = ''] = Object.keys(propertiesOf(schema)).slice(-1)
      delete propertiesOf(schema)[name]
      schema['required'] = list(schema['required']).filter((one) => one !== name)
    }
  },
  {
    name: 'an optional field required',
    fits: (schema) => isClosed(schema) && optionalOf(schema).length > 0,
    apply: (schema) => void (schema['required'] = [...list(schema['required']), optionalOf(schema)[0]])
  },
  {
    name: 'a new required field',
    fits: isClosed,
    apply: (schema) => {
      propertiesOf(schema)['colour'] = { type: 'string' }
      schema['required'] = [...list(schema['required']), 'colour']
    }
  },
  {
    name: 'a value less',
    fits: (schema) => list(schema['enum']).length > 1,
    apply: (schema) => void (schema['enum'] = list(schema['enum']).slice(1))
  },
  {
    name: 'another constant',
    fits: (schema) => 'const' in schema,
    apply: (schema) => {
      schema['const'] = 'another'
      schema['type'] = 'string'
    }
  },
  {
    name: 'shorter texts',
    fits: (schema) => 'maxLength' in schema,
    apply: (schema) => void (schema['maxLength'] = number(schema['maxLength']) - 1)
  },
  {
    name: 'a greater minimum',
    fits: (schema) => 'minimum' in schema,
    apply: (schema) => void (schema['minimum'] = number(schema['minimum']) + 1)
  },
  {
    name: 'shorter lists',
    fits: (schema) => schema['type'] === 'array',
    apply: (schema) => void (schema['maxItems'] = number(schema['maxItems'] ?? 50) - 1)
  },
  {
    name: 'another pattern',
    fits: (schema) => schema['type'] === 'string' && !('const' in schema),
    apply: (schema) => void (schema['pattern'] = '^narrow$')
  },
  {
    name: 'another type',
    fits: (schema) => typeof schema['type'] === 'string',
    apply: (schema) => void (schema['type'] = schema['type'] === 'boolean' ? 'null' : 'boolean')
  },
  {
    name: 'an alternative less',
    fits: (schema) => 'anyOf' in schema,
    apply: (schema) => void (schema['anyOf'] = list(schema['anyOf']).slice(1))
  }
]

/** Every place of every schema where each rule can be applied. */
function changesBy(rules: Rule[]): Change[] {
  const found: Change[] = []
  const walk = (value: unknown, at: Path, isSchema: boolean) => {
    if (typeof value !== 'object' || value === null) return
    const schema = value as Record<string, unknown>
    if (isSchema && !Array.isArray(value)) {
      for (const rule of rules) if (rule.fits(schema)) found.push({ ...rule, at })
    }
    for (const [key, inner] of Object.entries(schema)) {
      const inside = !isSchema || key === 'items'
      if (key === 'required' || key === 'enum') continue
      walk(inner, [...at, key], inside)
    }
  }
  for (const type of Object.keys(frozen)) walk(frozen[type], [type], true)
  return found
}

const changed = ({ at, apply }: Change): Schemas => {
  const copy: Schemas = structuredClone(frozen)
  const place = at.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], copy)
  apply(place as Record<string, unknown>)
  return copy
}

describe('a change of the schemas', () => {
  const additions = changesBy(ADDITIONS)
  const breaks = changesBy(BREAKS)

  it('can be made in every way that is tried here', () => {
    expect(new Set(additions.map(({ name }) => name)).size).toBe(ADDITIONS.length)
    expect(new Set(breaks.map(({ name }) => name)).size).toBe(BREAKS.length)
  })

  it('passes when it only adds, and then every event that was valid still is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...additions), (change) => {
        const newer = changed(change)
        expect(explainBreaks(frozen, newer)).toEqual([])
        const type = eventTypes.find((name) => name === change.at[0])
        if (type) expect(Compile(newer[type] as TSchema).Check(exampleOf(type))).toBe(true)
      }),
      { seed: 7, numRuns: 150 }
    )
    expect(explainBreaks(frozen, { ...frozen, product_eaten: { type: 'object' } })).toEqual([])
  })

  it('is told with the type and field where it breaks a promise', () => {
    fc.assert(
      fc.property(fc.constantFrom(...breaks), (change) => {
        const reasons = explainBreaks(frozen, changed(change))
        expect(reasons.length).toBeGreaterThan(0)
        expect(reasons.every((reason) => reason.startsWith(String(change.at[0])))).toBe(true)
      }),
      { seed: 7, numRuns: 250 }
    )
  })

  it('is told in plain words', () => {
    const { product_rated: _, ...without } = frozen
    expect(explainBreaks(frozen, without)).toEqual(['product_rated: the type is gone'])
    const rule = BREAKS.find(({ name }) => name === 'an optional field required')
    const change = breaks.find(({ name, at }) => name === rule?.name && at[0] === 'searched')
    expect(change && explainBreaks(frozen, changed(change))).toEqual([
      'searched.received_at: is now required'
    ])
    const older = { sold: { type: 'integer', minimum: 0, maximum: 9 } }
    expect(explainBreaks(older, { sold: { type: 'integer', minimum: 1, maximum: 9 } })).toEqual([
      'sold: minimum was 0, is now 1'
    ])
    expect(explainBreaks(older, { sold: { type: 'number' } })).toEqual([])
    expect(explainBreaks(older, { sold: { enum: [1, 2] } })).toEqual(['sold: may now be only 1, 2'])
    expect(explainBreaks({ sold: { enum: [1, 2] } }, { sold: { const: 2 } })).toEqual([
      'sold: may no longer be 1'
    ])
  })
})
