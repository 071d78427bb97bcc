import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openRecentIds } from '../../ingest/recent-ids.ts'

const at = { topic: 'flipside.behaviour', partition: 3 }
/** Small numbers, so that repeats are many; the first part stands for the time of an id. */
const idOf = (time: number, n: number) =>
  `${String(time).padStart(8, '0')}-0000-7000-8000-${String(n).padStart(12, '0')}`

it('finds what is stored, whatever the ids, wherever a new consumer takes over, and never more than that', async () => {
  const id = fc.tuple(fc.nat(12), fc.nat(3)).map(([time, n]) => idOf(time, n))
  const block = fc.record({ ids: fc.array(id, { minLength: 1, maxLength: 8 }), takeOver: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(
      fc.array(block, { maxLength: 25 }),
      fc.integer({ min: 1, max: 9 }),
      async (blocks, generationIdsMax) => {
        const stored: { id: string; offset: number }[] = []
        const warehouse = {
          storedBefore: async (_: object, ids: string[], offset: number) =>
            new Set(stored.filter((row) => ids.includes(row.id) && row.offset < offset).map((row) => row.id)),
          greatestId: async (_: object, offset: number) =>
            stored
              .filter((row) => row.offset < offset)
              .reduce((max, row) => (row.id > max ? row.id : max), '')
        }
        let recent = openRecentIds(at, warehouse, { generationIdsMax })
        let offset = 0
        for (const { ids, takeOver } of blocks) {
          if (takeOver) recent = openRecentIds(at, warehouse, { generationIdsMax })
          const known = new Set(stored.map((row) => row.id))
          const found = await recent.findRepeats(ids, offset)
          const isRepeat = (one: string, i: number) => known.has(one) || ids.indexOf(one) < i
          expect([...found]).toEqual([...ids.keys()].filter((i) => isRepeat(ids[i] ?? '', i)))
          const fresh = ids.filter((_, i) => !found.has(i))
          stored.push(...fresh.map((one) => ({ id: one, offset })))
          recent.add(fresh)
          offset += ids.length
        }
      }
    ),
    { seed: 11, numRuns: 500 }
  )
})

it('does not ask the warehouse about ids that are newer than all that it holds', async () => {
  const asked: string[] = []
  const warehouse = {
    storedBefore: async (_: object, ids: string[]) => {
      asked.push(...ids)
      return new Set<string>()
    },
    greatestId: async () => idOf(5, 0)
  }
  const recent = openRecentIds(at, warehouse)
  await recent.findRepeats([idOf(6, 0), idOf(5, 1), idOf(4, 9), idOf(5, 0)], 10)
  expect(asked).toEqual([idOf(4, 9), idOf(5, 0)])
})
