import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Warehouse } from '../../ingest/clickhouse.ts'
import type { RetryForEver } from '../../ingest/retry.ts'
import { openPartition, type BlockCounts } from '../../ingest/partition.ts'
import type { Committed, LogRecord } from '../../models/contracts/event-log.ts'

const at = { topic: 'flipside.behaviour', partition: 3 }
const record = (offset: number, id: number | undefined): LogRecord => ({
  offset,
  key: 'guest',
  value: Buffer.from(
    id === undefined
      ? 'not an event'
      : JSON.stringify({
          type: 'product_viewed',
          event_id: `0198c0de-0000-7000-8000-${String(id).padStart(12, '0')}`,
          occurred_at: '2026-01-31T12:00:00Z',
          anonymous_id: 'guest',
          product_id: `p${id}`
        })
  )
})

/** Fails, before or after it did its work, at the steps that the plan names: a crash of the process. */
function shop(plan: number[]) {
  const rows: { table: string; offset: number; event_id?: string }[] = []
  const ranges: { first_offset: number; last_offset: number }[] = []
  const tokens = new Set<string>()
  let committed: Committed | undefined
  let step = 0
  const orCrash = async (work: () => void) => {
    step++
    if (plan.includes(step)) throw new Error('crash before')
    work()
    step++
    if (plan.includes(step)) throw new Error('crash after')
  }
  const warehouse: Warehouse = {
    packerOf: async () => () => (row) => row,
    mend: async () => {},
    insert: (table, values, token) =>
      orCrash(() => {
        if (tokens.has(`${table} ${token}`)) return
        tokens.add(`${table} ${token}`)
        if (table === 'ops.ingest_blocks') ranges.push(...(values as unknown as typeof ranges))
        else rows.push(...values.map((value) => ({ ...(value as (typeof rows)[number]), table })))
      }),
    storedBefore: async (_, ids, offset) =>
      new Set(ids.filter((id) => rows.some((row) => row.event_id === id && row.offset < offset))),
    greatestId: async (_, offset) =>
      rows
        .filter((row) => row.offset < offset)
        .reduce((greatest, { event_id = '' }) => (event_id > greatest ? event_id : greatest), ''),
    nextOffset: async () => Math.max(0, ...ranges.map((range) => range.last_offset + 1)),
    storedFrom: async (_, from) =>
      rows
        .map(({ offset }) => offset)
        .filter((offset) => offset >= from)
        .toSorted((a, b) => a - b)
  }
  const commit = (next: Committed) => orCrash(() => void (committed = next))
  return {
    rows,
    ranges,
    warehouse,
    commit,
    committed: () => committed,
    forgetGroup: () => (committed = undefined)
  }
}

const retryOnce: RetryForEver = (_, attempt) => attempt()

/** Runs until the records are stored, starting again after each crash, as a supervisor does. */
async function ingest(
  log: LogRecord[],
  place: ReturnType<typeof shop>,
  chunk: number,
  forgetful: readonly number[] = []
): Promise<BlockCounts[]> {
  const counts: BlockCounts[] = []
  for (let starts = 0; starts < 50; starts++) {
    if (forgetful.includes(starts)) place.forgetGroup()
    const failures: unknown[] = []
    const partition = openPartition(at, place.committed(), {
      warehouse: place.warehouse,
      commit: place.commit,
      retryForEver: retryOnce,
      fail: (error) => failures.push(error),
      stored: (block) => counts.push(block)
    })
    try {
      const from = await partition.start()
      const rest = log.filter((one) => one.offset >= from)
      for (let i = 0; i < rest.length; i += chunk) {
        await partition.take(rest.slice(i, i + chunk))
        if (i % 3 === 0) await partition.stop()
      }
      await partition.stop()
      return counts
    } catch {
      await partition.stop().catch(() => {})
    }
  }
  throw new Error('never ended')
}

/** Every event once, every other message once, in ranges that follow each other. */
function expectStored(log: (number | undefined)[], place: ReturnType<typeof shop>): void {
  const stored = place.rows.filter((row) => row.table === 'raw.behaviour')
  expect(stored.map((row) => row.event_id?.slice(-12)).toSorted()).toEqual(
    [...new Set(log.filter((id) => id !== undefined))].map((id) => String(id).padStart(12, '0')).toSorted()
  )
  expect(place.rows.filter((row) => row.table === 'raw.rejected')).toHaveLength(
    log.filter((id) => id === undefined).length
  )
  const ranges = place.ranges.toSorted((a, b) => a.first_offset - b.first_offset)
  expect(ranges.map((range) => range.first_offset)).toEqual([
    0,
    ...ranges.slice(0, -1).map((range) => range.last_offset + 1)
  ])
  expect(ranges.at(-1)?.last_offset).toBe(log.length - 1)
}

describe('a partition', () => {
  it('stores every event once and accounts for every record, wherever it crashes', async () => {
    const ids = fc.array(fc.option(fc.nat(12), { nil: undefined, freq: 8 }), { minLength: 1, maxLength: 40 })
    const plans = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(ids, plans, fc.integer({ min: 1, max: 15 }), async (log, plan, chunk) => {
        const place = shop(plan)
        await ingest(
          log.map((id, offset) => record(offset, id)),
          place,
          chunk
        )
        expectStored(log, place)
        expect(place.committed()).toEqual({ offset: log.length, metadata: '' })
      }),
      { seed: 4, numRuns: 300 }
    )
  })

  it('stores every event once, wherever it crashes, even when the group is lost meanwhile', async () => {
    const ids = fc.array(fc.option(fc.nat(12), { nil: undefined, freq: 3 }), { minLength: 1, maxLength: 40 })
    const plans = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 })
    const forgetful = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 })
    const chunks = fc.integer({ min: 1, max: 15 })
    await fc.assert(
      fc.asyncProperty(ids, plans, chunks, forgetful, async (log, plan, chunk, starts) => {
        const place = shop(plan)
        await ingest(
          log.map((id, offset) => record(offset, id)),
          place,
          chunk,
          starts
        )
        expectStored(log, place)
      }),
      { seed: 5, numRuns: 300 }
    )
  })

  it('replays a begun range exactly, however the log hands it over', async () => {
    const place = shop([4])
    await ingest(
      Array.from({ length: 10 }, (_, offset) => record(offset, offset)),
      place,
      10
    )
    expect(place.ranges).toMatchObject([{ first_offset: 0, last_offset: 9, records: 10, stored: 10 }])
  })

  it('goes on after what is stored when the group’s offsets are lost', async () => {
    const place = shop([])
    await ingest([record(0, 0), record(1, 1)], place, 2)
    place.forgetGroup()
    await ingest([record(0, 0), record(1, 1), record(2, 2)], place, 3)
    expect(place.rows.map((row) => row.offset)).toEqual([0, 1, 2])
  })

  it('closes a block when it is old enough, without more records', async () => {
    const place = shop([])
    const partition = openPartition(at, undefined, {
      ...place,
      retryForEver: retryOnce,
      fail: (error) => expect.fail(String(error))
    })
    await partition.start()
    await partition.take([record(0, 0)])
    expect(place.rows).toEqual([])
    await expect.poll(() => place.committed(), { timeout: 5_000 }).toEqual({ offset: 1, metadata: '' })
    expect(place.rows).toHaveLength(1)
  })

  it('stores nothing any more once the log took it away', async () => {
    const place = shop([])
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const ports = { retryForEver: retryOnce, fail: (error: unknown) => expect.fail(String(error)) }
    const slow = { ...place.warehouse, storedBefore: () => held.then(() => new Set<string>()) }
    const first = openPartition(at, undefined, { ...place, ...ports, warehouse: slow })
    await first.start()
    await first.take([record(0, 0)])
    const stopping = first.stop()
    await first.take([record(1, 1)])
    const abandoned = first.abandon()
    release()
    await Promise.all([stopping, abandoned])
    expect(place.rows).toEqual([])
    const second = openPartition(at, place.committed(), { ...place, ...ports })
    await second.start()
    await second.take([record(0, 0), record(1, 1)])
    await second.stop()
    expect(place.rows.map((row) => row.offset)).toEqual([0, 1])
    expect(place.ranges).toMatchObject([
      { first_offset: 0, last_offset: 0 },
      { first_offset: 1, last_offset: 1 }
    ])
  })

  it('refuses to go on when the log no longer holds a begun range', async () => {
    const place = shop([])
    const intent = { offset: 5, metadata: JSON.stringify({ first: 5, last: 6, epoch: 0 }) }
    const partition = openPartition(at, intent, {
      ...place,
      retryForEver: retryOnce,
      fail: () => {}
    })
    expect(await partition.start()).toBe(5)
    await expect(partition.take([record(7, 7)])).rejects.toThrow('begun range 5-6 reads as 7-7 now')
  })
})
