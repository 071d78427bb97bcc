import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Block } from '../../ingest/block.ts'
import { decideBlock } from '../../ingest/replay/decide.ts'

type Record = { id: number; isValid: boolean; wasValid: boolean; isLost: boolean; isCounted: boolean }

const record: fc.Arbitrary<Record> = fc.record({
  id: fc.nat(15),
  isValid: fc.boolean(),
  wasValid: fc.boolean(),
  isLost: fc.boolean(),
  isCounted: fc.boolean()
})

/** What ingest had made of the records by the rules of then, and what has happened to its rows and ranges since. */
function history(records: Record[]) {
  const held = new Map<number, number>()
  const rejected = new Set<number>()
  const seen = new Set<number>()
  let said = 0
  let saidRejected = 0
  for (const [offset, { id, wasValid, isLost, isCounted }] of records.entries()) {
    if (wasValid && seen.has(id)) continue
    if (wasValid) seen.add(id)
    if (isCounted) said++
    if (isCounted && !wasValid) saidRejected++
    if (isLost) continue
    if (wasValid) held.set(offset, id)
    else rejected.add(offset)
  }
  return { held, rejected, said, saidRejected }
}

function blockOf(records: Record[]): Block {
  const rows = records.flatMap(({ id, isValid }, offset) => (isValid ? [{ event_id: `e${id}`, offset }] : []))
  const rejected = records.flatMap(({ isValid }, offset) => (isValid ? [] : [{ offset }]))
  return { table: 'raw.orders', rows, rejected, record_count: records.length } as unknown as Block
}

describe('what a replay decides', () => {
  it('stores every valid event once, accounts for every record, and leaves no row uncounted', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 25 }), (records) => {
        const { held, rejected, said, saidRejected } = history(records)
        const known = {
          held: new Set(held.keys()),
          rejected,
          event_ids: new Set([...held.values()].map((id) => `e${id}`)),
          announced: new Set<number>(),
          isCovered: (offset: number) => records[offset]?.isCounted ?? false
        }
        const balance = {
          uncounted: held.size + rejected.size - said,
          rejected_lost: saidRejected - rejected.size
        }
        const decision = decideBlock(blockOf(records), known, balance)
        const { records: count, stored, repeats, erased, rejected: refused } = decision.counts
        expect(stored + refused + repeats + erased).toBe(count)

        const ids = [...held.values(), ...decision.rows.map(({ event_id }) => Number(event_id.slice(1)))]
        expect(new Set(ids).size).toBe(ids.length)
        const valid = records.filter(({ isValid }) => isValid).map(({ id }) => id)
        expect(valid.filter((id) => !ids.includes(id))).toEqual([])

        const rows = held.size + rejected.size + decision.rows.length + decision.rejected.length
        expect(rows - said - stored - refused).toBe(decision.balance.uncounted)
        // A place that is both among the rejected and among the events counts one row in a range, the rest the next time.
        const mended = decision.rows.filter(({ offset }) => rejected.has(offset)).length
        expect(decision.balance.uncounted).toBeLessThanOrEqual(mended)
      }),
      { seed: 4, numRuns: 2_000 }
    )
  })
})
