import type { TopicPartition } from '../models/contracts/event-log.ts'
import type { Warehouse } from './clickhouse.ts'
import { IdSet, readIds } from './id-set.ts'

/** Two generations of so many are kept, in half a megabyte each. */
const GENERATION_IDS_MAX = 20_000

export type RecentIds = {
  /** The places of those in the list that are stored at a lower offset than `offset`, or stand earlier in the list. */
  findRepeats(ids: readonly string[], offset: number): Promise<ReadonlySet<number>>
  /** Call with what an insert stored, once it is stored. */
  add(ids: readonly string[]): void
}

/**
 * Finds repeats without asking the warehouse about most events. An id of version 7 begins with its time, so a new event
 * has a greater id than all that were stored when this consumer got the partition (`floor`): only what this consumer
 * has stored since then can be its equal, and that is remembered. Whatever is not greater (a late event, a sender with a
 * slow clock, an id of another version) is looked up. A partition has one consumer at a time, so nobody else adds to it.
 */
export function openRecentIds(
  at: TopicPartition,
  warehouse: Pick<Warehouse, 'storedBefore' | 'greatestId'>,
  { generationIdsMax = GENERATION_IDS_MAX } = {}
): RecentIds {
  let floor: string | undefined
  let greatest = ''
  let greatestOlder = ''
  let younger = new IdSet()
  let older = new IdSet()
  return {
    async findRepeats(ids, offset) {
      floor ??= await warehouse.greatestId(at, offset)
      const least = floor
      const unsure = ids.filter((id) => id <= least)
      const stored = await warehouse.storedBefore(at, unsure, offset)
      const words = readIds(ids)
      const seen = new IdSet()
      const repeats = new Set<number>()
      for (const [i, id] of ids.entries()) {
        const isNew = seen.add(words, i)
        if (!isNew || younger.has(words, i) || older.has(words, i) || stored.has(id)) repeats.add(i)
      }
      return repeats
    },
    add(ids) {
      const words = readIds(ids)
      for (const [i, id] of ids.entries()) {
        younger.add(words, i)
        if (id > greatest) greatest = id
      }
      if (younger.size < generationIdsMax) return
      // What is forgotten here can still be looked up.
      if (floor !== undefined && greatestOlder > floor) floor = greatestOlder
      greatestOlder = greatest
      greatest = ''
      const forgotten = older
      forgotten.clear()
      older = younger
      younger = forgotten
    }
  }
}
