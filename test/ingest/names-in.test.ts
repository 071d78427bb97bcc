import fc from 'fast-check'
import { expect, it } from 'vitest'
import { namesIn } from '../../ingest/names-in.ts'
import { keepBody } from '../../models/contracts/topics.ts'

const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).map((text) => text.toWellFormed())

it('finds an id in any JSON, in text that is cut off, and in bytes that are no text', () => {
  const values = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 })
  fc.assert(
    fc.property(id, values, values, fc.boolean(), (name, before, after, isText) => {
      const json = JSON.stringify([before, name, after])
      const end = JSON.stringify([before, name]).length
      for (const text of [json, json.slice(0, end)]) {
        const bytes = isText ? Buffer.from(text) : Buffer.concat([Buffer.from(text), Buffer.from([0xff])])
        expect(namesIn(keepBody(bytes)).has(name)).toBe(true)
      }
    }),
    { seed: 5, numRuns: 500 }
  )
})

it('finds a number where an id should be, and an id behind a quotation mark too many', () => {
  const names = namesIn({ body: '{"a":"b"c","user_id": 17,"customer_id":"x', body_encoding: 'utf8' })
  expect([names.has('17'), names.has('x'), names.has('1')]).toEqual([true, true, false])
})

it('does not take one id for another that holds it', () => {
  const names = namesIn({ body: JSON.stringify({ user_id: '"17"', other: '170' }), body_encoding: 'utf8' })
  expect([names.has('17'), names.has('"17"'), names.has('170')]).toEqual([false, true, true])
})

it('reads the worst text in one go, not once from every quotation mark, which would take minutes', () => {
  expect(namesIn({ body: '"\\'.repeat(128 * 1024), body_encoding: 'utf8' }).size).toBeGreaterThan(0)
})
