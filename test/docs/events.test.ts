import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { exampleOf } from '../../docs/event-examples.ts'
import { describeShape } from '../../docs/field-words.ts'
import { renderFiles } from '../../docs/render-files.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import { eventSchemas, eventTypes } from '../../models/contracts/events.ts'
import { orderMoves, rentalMoves } from '../../models/contracts/lives.ts'
import { topics } from '../../models/contracts/topics.ts'

const rendered = renderFiles()
const readFile = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const catalogue = rendered.get('events.md') ?? ''

test.each([...rendered.keys()])('%s is what `npm run docs` writes', (path) => {
  expect(readFile(path)).toBe(rendered.get(path))
})

describe.each(eventTypes)('%s', (type) => {
  test('has an example that the collector takes, with every required field', () => {
    const example = exampleOf(type)
    expect(checkEvent(example)).toEqual({ ok: true, value: example })
    expect(catalogue).toContain(JSON.stringify(example, null, 2))
  })

  test('says what it is and what each field means', () => {
    const schema = eventSchemas[type]
    expect(schema).toMatchObject({ description: expect.stringMatching(/^[A-Z].{8,}\.$/) })
    const silent = Object.entries(schema.properties).filter(
      ([, field]) => !('description' in field) || String(field.description).length < 5
    )
    expect(silent.map(([name]) => name)).toEqual([])
  })
})

test('the catalogue names every topic, type and legal step', () => {
  for (const name of [...topics.map((topic) => `## ${topic}`), ...eventTypes.map((type) => `### ${type}`)]) {
    expect(catalogue.split(`${name}\n`)).toHaveLength(2)
  }
  const steps = [orderMoves, rentalMoves].flatMap((moves) => Object.values(moves).flatMap(Object.entries))
  for (const [step, to] of steps) {
    expect(catalogue).toMatch(new RegExp(`--> ${String(to)}: ${step}$`, 'm'))
    expect(catalogue).toMatch(new RegExp(`\\| \`${step}\` \\| \`${String(to)}\` \\|$`, 'm'))
  }
})

test('only what browsers see may come from them', () => {
  const sentenceOf = (type: string) => catalogue.split(`### ${type}\n\n`)[1]?.split('\n', 1)[0]
  expect(sentenceOf('product_viewed')).toMatch(/Sent by: browser, server/)
  expect(sentenceOf('order_paid')).not.toMatch(/browser/)
})

test('a pattern that nobody found words for is shown as it is', () => {
  expect(describeShape({ type: 'string', pattern: '^a|b$' })).toBe('text `^a\\|b$`')
  expect(() => describeShape({ type: 'symbol' })).toThrow(/no words/)
})
