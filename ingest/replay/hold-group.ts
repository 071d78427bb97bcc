import type { Committed, EventConsumer, LogRecord, TopicPartition } from '../../models/contracts/event-log.ts'

/** A range of one partition, both ends included. */
export type LogRange = TopicPartition & { first: number; last: number }

export type HeldGroup = {
  /** What the group has committed of each partition. */
  committed: (TopicPartition & { committed: Committed | undefined })[]
  /** Hands the range's records over in order. Once for a held group. */
  read(range: LogRange, each: (records: LogRecord[]) => Promise<void>): Promise<void>
  /** Commits nothing: ingest goes on where it stopped. */
  release(): Promise<void>
}

const ASSIGNED_MS_MAX = 60_000

/**
 * Joins the group of ingest as its only member and stores nothing, so that nobody else does while rows are compared
 * and marts are rebuilt. Resolves when every partition is ours.
 */
export async function holdGroup(
  consumer: EventConsumer,
  partitions: readonly TopicPartition[]
): Promise<HeldGroup> {
  const committed = new Map<string, TopicPartition & { committed: Committed | undefined }>()
  const allAssigned = Promise.withResolvers<void>()
  const released = Promise.withResolvers<undefined>()
  const asked = Promise.withResolvers<Reading>()
  if (partitions.length === 0) allAssigned.resolve()

  const running = consumer.run([...new Set(partitions.map(({ topic }) => topic))], {
    async assigned(at, known) {
      committed.set(nameOf(at), { ...at, committed: known })
      if (committed.size === partitions.length) allAssigned.resolve()
      const reading = await Promise.race([asked.promise, released.promise])
      if (reading && nameOf(reading.range) === nameOf(at)) return reading.range.first
      await released.promise
      return known?.offset ?? 0
    },
    async records(_, records) {
      const { range, each, ended } = await asked.promise
      const wanted = records.filter(({ offset }) => offset >= range.first && offset <= range.last)
      try {
        if (wanted.length > 0) await each(wanted)
        if ((records.at(-1)?.offset ?? 0) < range.last) return
        ended.resolve()
      } catch (error) {
        ended.reject(error)
      }
      await released.promise
    }
  })
  // It ends by itself only when the log fails.
  const failed = running.then(() => Promise.reject(new Error('the log was closed')))
  failed.catch(() => undefined)

  async function release(): Promise<void> {
    const closing = consumer.close()
    released.resolve(undefined)
    await closing
  }

  try {
    await Promise.race([allAssigned.promise, failed, tooLate(partitions.length)])
  } catch (error) {
    await release()
    throw error
  }
  return {
    committed: [...committed.values()],
    async read(range, each) {
      const ended = Promise.withResolvers<void>()
      asked.resolve({ range, each, ended })
      await Promise.race([ended.promise, failed])
    },
    release
  }
}

type Reading = {
  range: LogRange
  each: (records: LogRecord[]) => Promise<void>
  ended: { resolve(): void; reject(error: unknown): void }
}

function tooLate(count: number): Promise<never> {
  return new Promise((_, reject) => {
    const error = new Error(
      `the log did not hand over all ${count} partitions in ${ASSIGNED_MS_MAX / 1000} s`
    )
    setTimeout(() => reject(error), ASSIGNED_MS_MAX).unref()
  })
}

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`
