import type { TopicPartition } from '../models/contracts/event-log.ts'
import type { Warehouse } from './clickhouse.ts'

/** Two generations of so many are kept: about 100 bytes an id. */
const GENERATION_IDS_MAX = 20_000

export type RecentIds = {
  /** Which of these ids are stored at a lower offset than `offset`; ids within the list do not count. */
  findStored(ids: string[], offset: number): Promise<Set<string>>
  /** Call with what an insert stored, once it is stored. */
  add(ids: string[]): void
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
  let younger = new Set<string>()
  let older = new Set<string>()
  return {
    async findStored(ids, offset) {
      floor ??= await warehouse.greatestId(at, offset)
      const least = floor
      const unsure = ids.filter((id) => id <= least)
      const stored = await warehouse.storedBefore(at, unsure, offset)
      for (const id of ids) if (younger.has(id) || older.has(id)) stored.add(id)
      return stored
    },
    add(ids) {
      for (const id of ids) younger.add(id)
      if (younger.size < generationIdsMax) return
      // What is forgotten here can still be looked up.
      for (const id of older) if (floor === undefined || id > floor) floor = id
      older = younger
      younger = new Set()
    }
  }
}
