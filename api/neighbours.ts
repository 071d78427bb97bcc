import { setImmediate } from 'node:timers/promises'
import { pairsIn, unpackScored, WORK_IDS_FIELD, type ScoredIndexes } from '../models/contracts/served.ts'
import type { WorkNumbers } from './work-numbers.ts'

/** Scored works of every record in three flat arrays: millions of pairs without an object for each. */
export type Neighbours = {
  /** Place of a record by its id. */
  rows: ReadonlyMap<string, number>
  starts: Uint32Array
  /** Work numbers of this process, not of the published version. */
  indexes: Uint32Array
  scores: Float32Array
}

/** Requests are answered in between: about a millisecond with lists of 200. */
const RECORDS_A_TURN = 100

export const noNeighbours: Neighbours = {
  rows: new Map(),
  starts: new Uint32Array(1),
  indexes: new Uint32Array(0),
  scores: new Float32Array(0)
}

/** A view, not a copy; undefined when nothing was published for the id. */
export function neighboursOf(neighbours: Neighbours, id: string): ScoredIndexes | undefined {
  const row = neighbours.rows.get(id)
  if (row === undefined) return undefined
  const start = neighbours.starts[row] ?? 0
  const end = neighbours.starts[row + 1] ?? start
  return { indexes: neighbours.indexes.subarray(start, end), scores: neighbours.scores.subarray(start, end) }
}

/** The list of a whole version, unless a fresh one stands before it. */
export function freshOrWhole(fresh: Neighbours, whole: Neighbours, id: string): ScoredIndexes | undefined {
  return neighboursOf(fresh, id) ?? neighboursOf(whole, id)
}

/** Reads a published version: its list of works first names what its records' indexes mean. */
export async function loadNeighbours(
  records: AsyncIterable<[string, Buffer]>,
  works: WorkNumbers
): Promise<Neighbours> {
  const packed = new Map<string, Buffer>()
  let ids: string[] | undefined
  for await (const [id, bytes] of records) {
    if (id === WORK_IDS_FIELD) ids = JSON.parse(bytes.toString()) as string[]
    else packed.set(id, bytes)
  }
  if (!ids) throw new Error(`the version has no record "${WORK_IDS_FIELD}"`)
  return flatten(
    packed,
    Uint32Array.from(ids, (id) => works.numberOf(id))
  )
}

async function flatten(packed: ReadonlyMap<string, Buffer>, workNumbers: Uint32Array): Promise<Neighbours> {
  let total = 0
  for (const bytes of packed.values()) total += pairsIn(bytes)
  const rows = new Map<string, number>()
  const starts = new Uint32Array(packed.size + 1)
  const indexes = new Uint32Array(total)
  const scores = new Float32Array(total)
  let end = 0
  for (const [id, bytes] of packed) {
    if (rows.size % RECORDS_A_TURN === 0) await setImmediate()
    const list = unpackScored(bytes)
    rows.set(id, rows.size)
    for (let i = 0; i < list.indexes.length; i++) {
      const workNumber = workNumbers[list.indexes[i] ?? 0]
      if (workNumber === undefined) throw new Error(`record ${id} names a work outside the version's list`)
      indexes[end] = workNumber
      scores[end] = list.scores[i] ?? 0
      end++
    }
    starts[rows.size] = end
  }
  return { rows, starts, indexes, scores }
}
