import fc from 'fast-check'
import { expect, it } from 'vitest'
import { IdSet, readIds } from '../../ingest/id-set.ts'

/** Few digits in few places, so that ids repeat, differ in one word only, and are nil now and then. */
const id = fc
  .array(fc.tuple(fc.nat(31), fc.constantFrom('0', '1', 'a', 'f')), { maxLength: 2 })
  .map((digits) => {
    const hex = Array.from({ length: 32 }, () => '0')
    for (const [place, digit] of digits) hex[place] = digit
    return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  })

it('holds exactly what a set of the texts holds, however many there are, and nothing once it is cleared', () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 300 }), fc.array(id, { maxLength: 50 }), (added, asked) => {
      const set = new IdSet()
      const texts = new Set<string>()
      const words = readIds(added)
      expect(added.map((_, i) => set.add(words, i))).toEqual(
        added.map((text) => !texts.has(text) && texts.add(text) === texts)
      )
      expect(set.size).toBe(texts.size)
      const others = readIds(asked)
      expect(asked.map((_, i) => set.has(others, i))).toEqual(asked.map((text) => texts.has(text)))
      set.clear()
      expect(added.some((_, i) => set.has(words, i))).toBe(false)
    }),
    { seed: 12, numRuns: 300 }
  )
})

it('keeps all of ten thousand ids of one moment apart', () => {
  const ids = Array.from(
    { length: 10_000 },
    (_, i) => `0198c0de-0000-7000-8000-${String(i).padStart(12, '0')}`
  )
  const words = readIds(ids)
  const set = new IdSet()
  for (const i of ids.keys()) set.add(words, i)
  expect(set.size).toBe(10_000)
  expect(ids.every((_, i) => set.has(words, i))).toBe(true)
})
