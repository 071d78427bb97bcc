import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkEvent, parseEvent } from '../../models/contracts/check-event.ts'
import { eventSchemas, eventTypes, type ShopEvent } from '../../models/contracts/events.ts'
import { keyOf, topicOf, topics } from '../../models/contracts/topics.ts'

const viewed = {
  type: 'product_viewed',
  event_id: '0198c0de-0000-7000-8000-000000000001',
  occurred_at: '2026-01-31T12:00:00Z',
  anonymous_id: 'guest',
  product_id: '85123A'
}
const placed = {
  type: 'order_placed',
  event_id: '0198c0de-0000-7000-8000-000000000002',
  occurred_at: '2026-01-31T12:00:00.123Z',
  order_id: '536365',
  currency: 'GBP',
  lines: [{ line_id: 1, kind: 'product', product_id: '85123A', quantity: 6, unit_price: '2.55' }]
}

describe('an event', () => {
  it('is taken as it is', () => {
    expect(checkEvent(viewed)).toEqual({ ok: true, value: viewed })
    expect(checkEvent(placed)).toEqual({ ok: true, value: placed })
  })

  it.each([
    ['no product_id', { ...viewed, product_id: undefined }, 'product_id'],
    ['a product_id that means a folder', { ...viewed, product_id: '..' }, 'product_id'],
    ['half a surrogate pair as source', { ...viewed, source: '\ud83d' }, 'source'],
    ['a leap second', { ...viewed, occurred_at: '2016-12-31T23:59:60Z' }, 'occurred_at'],
    [
      'more money than the warehouse holds',
      { ...placed, lines: [{ ...placed.lines[0], quantity: 1_000_000, unit_price: '9999999999999' }] },
      'lines/0/unit_price'
    ],
    ['an empty product_id', { ...viewed, product_id: '' }, 'product_id'],
    ['half a surrogate pair', { ...viewed, product_id: '\ud83d' }, 'product_id'],
    ['an unknown field', { ...viewed, colour: 'red' }, 'colour'],
    ['an unknown type', { ...viewed, type: 'product_eaten' }, 'type'],
    ['a name of Object as type', { ...viewed, type: 'constructor' }, 'type'],
    ['a day that does not exist', { ...viewed, occurred_at: '2026-02-31T12:00:00Z' }, 'occurred_at'],
    ['a time without a zone', { ...viewed, occurred_at: '2026-01-31T12:00:00' }, 'occurred_at'],
    [
      'a year that the warehouse cannot hold',
      { ...viewed, occurred_at: '9999-01-31T12:00:00Z' },
      'occurred_at'
    ],
    ['an id that is no UUID', { ...viewed, event_id: '1' }, 'event_id'],
    ['nobody who did it', { ...viewed, anonymous_id: undefined }, 'anonymous_id'],
    [
      'money as a number',
      { ...placed, lines: [{ ...placed.lines[0], unit_price: 2.55 }] },
      'lines/0/unit_price'
    ],
    ['half a unit', { ...placed, lines: [{ ...placed.lines[0], quantity: 0.5 }] }, 'lines/0/quantity'],
    [
      'a product line without product',
      { ...placed, lines: [{ ...placed.lines[0], product_id: undefined }] },
      'lines/0/product_id'
    ],
    ['no lines', { ...placed, lines: [] }, 'lines']
  ])('with %s is refused, the field named', (_, value, field) => {
    // As over the wire: a missing field is not an undefined one.
    const result = checkEvent(JSON.parse(JSON.stringify(value)))
    expect(result).toMatchObject({ ok: false, field })
    expect(!result.ok && result.reason).toContain(field)
  })

  it('never throws, whatever comes', () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.anything().map((extra) => ({ ...viewed, product_id: extra }))
    )
    fc.assert(
      fc.property(anything, (value) => void checkEvent(value)),
      { seed: 3, numRuns: 2000 }
    )
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => void parseEvent(Buffer.from(bytes))),
      { seed: 3, numRuns: 2000 }
    )
    expect(parseEvent(Buffer.from('['.repeat(100_000)))).toMatchObject({ ok: false })
  })
})

it('no text of any event may hold half a surrogate pair', () => {
  const half = /[\ud800-\udfff]/u
  const loose = eventTypes.flatMap((type) => looseTexts(eventSchemas[type], type))
  expect(half.test('\ud83d')).toBe(true)
  expect(loose).toEqual([])
})

/** Where a schema takes any text at all: a half pair would be accepted here and refused by the warehouse, for ever. */
function looseTexts(schema: object, path: string): string[] {
  if ('const' in schema || 'enum' in schema) return []
  if ('type' in schema && schema.type === 'string') {
    const pattern = 'pattern' in schema ? String(schema.pattern) : ''
    return new RegExp(pattern, 'u').test('\ud83d') ? [path] : []
  }
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return []
    if (key !== 'patternProperties') return looseTexts(value, `${path}/${key}`)
    return Object.entries(value).flatMap(([pattern, inner]: [string, object]) => [
      ...(new RegExp(pattern, 'u').test('\ud83d') ? [`${path}/${key}`] : []),
      ...looseTexts(inner, `${path}/${key}`)
    ])
  })
}

it('says in plain words what is wrong with a field that it does not know', () => {
  expect(checkEvent({ ...viewed, colour: 'red' })).toMatchObject({
    reason: 'colour: is not a field of this type'
  })
})

it.each([
  [{ ...viewed, event_id: viewed.event_id.toUpperCase() }, 'event_id: must be a UUID in lower case'],
  [{ ...viewed, occurred_at: '2026-02-30T12:00:00Z' }, 'occurred_at: must be a time of 1970 to 2099 in UTC'],
  [{ ...viewed, product_id: 'a\nb' }, 'product_id: must be 1 to 100 characters without control characters'],
  [{ ...placed, currency: 'pound' }, 'currency: must be a currency of ISO 4217'],
  [
    { ...placed, lines: [{ ...placed.lines[0], unit_price: '1,5' }] },
    'lines/0/unit_price: must be a decimal amount as a string'
  ]
])('says what a text must be, not the pattern that it fails', (value, reason) => {
  const result = checkEvent(JSON.parse(JSON.stringify(value)))
  expect(!result.ok && result.reason).toContain(reason)
})

it('a name of an attribute is checked like an id', () => {
  const product = {
    type: 'product_upserted',
    event_id: viewed.event_id,
    occurred_at: viewed.occurred_at,
    product_id: 'p',
    work_id: 'w',
    title: 't',
    price: null,
    currency: 'GBP'
  }
  expect(checkEvent({ ...product, attributes: { artist: 'x' } }).ok).toBe(true)
  for (const name of ['', '\ud83d', 'x'.repeat(101)]) {
    expect(checkEvent({ ...product, attributes: { [name]: 'x' } }).ok).toBe(false)
  }
})

it('every type has a topic, and its key keeps the order of what it is about', () => {
  for (const type of eventTypes) expect(topics).toContain(topicOf[type])
  expect(keyOf(placed as ShopEvent)).toBe('536365')
  expect(keyOf(viewed as ShopEvent)).toBe('guest')
  expect(keyOf({ ...viewed, user_id: '17850' } as ShopEvent)).toBe('17850')
})

it('takes a day when the calendar has it', () => {
  const days = Array.from({ length: 130 * 366 }, (_, i) => new Date(Date.UTC(1970, 0, 1 + i)))
    .filter((day) => day.getUTCFullYear() < 2100)
    .map((day) => day.toISOString().slice(0, 10))
  const real = new Set(days)
  const taken = (day: string) => checkEvent({ ...viewed, occurred_at: `${day}T23:59:59.9Z` }).ok
  expect(days.filter((day) => !taken(day))).toEqual([])
  const written = [...new Set(days.map((day) => day.slice(0, 4)))].flatMap((year) =>
    ['02-29', '02-30', '04-31', '06-31', '11-31', '13-01', '00-10', '12-32', '01-00'].map(
      (day) => `${year}-${day}`
    )
  )
  expect(written.filter((day) => taken(day) !== real.has(day))).toEqual([])
})
