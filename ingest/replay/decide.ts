import type { Block } from '../block.ts'
import type { BlockCounts } from '../partition.ts'
import type { Known } from './known.ts'

/** How the partition's rows compare with what its ranges say, before a block. */
export type Balance = {
  /** Rows that no range has counted; below 0: rows that ranges have counted and the tables lost. */
  uncounted: number
  /** Rejected messages that ranges have counted and the table lost. */
  rejected_lost: number
}
export type Decision = {
  rows: Block['rows']
  rejected: Block['rejected']
  counts: BlockCounts
  /** Of `rows`, those that had been stored before and were lost: marts may still hold what they brought. */
  restored: number
  balance: Balance
}

/**
 * What of a block that is read again goes in, and how each record counts. Over all epochs, the sum of stored and
 * rejected stays the number of rows that the tables hold: so what an earlier range has counted, and only lost, counts
 * as a repeat when it comes back. Pure: an attempt after a crash decides the same.
 */
export function decideBlock(block: Block, known: Known, balance: Balance): Decision {
  const rows: Block['rows'] = []
  const rejected: Block['rejected'] = []
  const after = { ...balance }
  let restored = 0
  const counts: BlockCounts = {
    records: block.record_count,
    stored: 0,
    rejected: 0,
    repeats: 0,
    erased: block.record_count - block.rows.length - block.rejected.length
  }
  function countRow(as: 'stored' | 'rejected'): void {
    counts[after.uncounted > 0 ? as : 'repeats']++
    if (after.uncounted > 0) after.uncounted--
  }

  const seen = new Set(known.event_ids)
  for (const row of block.rows) {
    const { event_id, offset } = row
    if (known.held.has(offset)) countRow('stored')
    else if (seen.has(event_id)) {
      if (known.rejected.has(offset)) countRow('rejected')
      else counts.repeats++
    } else {
      rows.push(row)
      if (!known.rejected.has(offset)) restored++
      after.uncounted++
      countRow('stored')
    }
    seen.add(event_id)
  }
  for (const row of block.rejected) {
    if (known.rejected.has(row.offset)) countRow('rejected')
    else if (known.held.has(row.offset)) countRow('stored')
    else if (known.announced.has(row.offset) || !isMissing(row.offset)) counts.repeats++
    else {
      rejected.push(row)
      after.rejected_lost--
      after.uncounted++
      countRow('rejected')
    }
  }
  return { rows, rejected, counts, restored, balance: after }

  /** What was a repeat once, and is wrong by today's rules, was never among the rejected. */
  function isMissing(offset: number): boolean {
    return after.rejected_lost > 0 || !known.isCovered(offset)
  }
}
