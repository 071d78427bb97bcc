import type { Committed, LogHandlers, TopicPartition } from '../../models/contracts/event-log.ts'
import { openReader, type PartitionReader } from './partition-reader.ts'
import { readPartitionCount } from './topics.ts'

/**
 * How long an idle partition waits before it looks again: one read of 64 bytes. A file watcher would be no faster in
 * the worst case and misses events on shared file systems.
 */
const POLL_MS = 20
/** Topics appear rarely and looking for one costs more. */
const TICKS_BETWEEN_TOPICS = 10

export type Following = {
  /** Resolves when all partitions have stopped, after `stop`; rejects at once with the first handler's error. */
  done: Promise<void>
  assigned(): TopicPartition[]
  /** Resolves, never rejects, when handlers under way have ended. */
  stop(): Promise<void>
}

type Follow = {
  dir: string
  topics: readonly string[]
  handlers: LogHandlers
  readCommitted(at: TopicPartition): Committed | undefined
}

/** Reads every partition of the topics, each at its own pace; topics may appear later. */
export function followTopics(follow: Follow): Following {
  const stopping = new AbortController()
  const ticks = startTicks(stopping.signal)
  const partitions: { at: TopicPartition; ended: Promise<void> }[] = []

  async function stopOnError(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      stopping.abort(error)
      throw error
    }
  }

  async function findPartitions(): Promise<void> {
    const missing = new Set(follow.topics)
    while (missing.size > 0 && !stopping.signal.aborted) {
      for (const topic of missing) {
        const count = readPartitionCount(follow.dir, topic)
        if (count === undefined) continue
        missing.delete(topic)
        for (let partition = 0; partition < count; partition++) {
          const at = { topic, partition }
          const ended = stopOnError(followPartition(follow, at, { stopping: stopping.signal, ticks }))
          // Its rejection is the reason of the stop.
          ended.catch(() => undefined)
          partitions.push({ at, ended })
        }
      }
      for (let i = 0; i < TICKS_BETWEEN_TOPICS && missing.size > 0; i++) await ticks.next()
    }
  }

  // Handlers may hang on a service that is down; an error must be heard none the less. `stop` waits for them.
  async function runToEnd(): Promise<void> {
    await once(stopping.signal)
    if (stopping.signal.reason !== STOPPED) throw stopping.signal.reason
    await allEnded()
  }

  const allEnded = () => Promise.allSettled(partitions.map(({ ended }) => ended))
  const done = runToEnd()
  // Its error is the reason of the stop.
  stopOnError(findPartitions()).catch(() => undefined)
  return {
    done,
    assigned: () => partitions.map(({ at }) => at),
    async stop() {
      stopping.abort(STOPPED)
      await allEnded()
    }
  }
}

const STOPPED = Symbol('stopped')

type Ticks = { next(): Promise<void> }

async function followPartition(
  follow: Follow,
  at: TopicPartition,
  { stopping, ticks }: { stopping: AbortSignal; ticks: Ticks }
): Promise<void> {
  const { dir, handlers } = follow
  const start = await handlers.assigned(at, follow.readCommitted(at))
  if (!Number.isSafeInteger(start) || start < 0) throw new Error(`not an offset to read from: ${start}`)
  let reader: PartitionReader | undefined
  try {
    while (!stopping.aborted) {
      reader ??= await openReader(dir, at, start)
      const records = reader ? await reader.read() : []
      if (records.length === 0) await ticks.next()
      else if (!stopping.aborted) await handlers.records(at, records)
    }
  } finally {
    reader?.close()
  }
}

/** One timer for all partitions. The last tick is the stop. */
function startTicks(stopping: AbortSignal): Ticks {
  let coming = Promise.withResolvers<void>()
  const timer = setInterval(() => {
    coming.resolve()
    coming = Promise.withResolvers<void>()
  }, POLL_MS)
  stopping.addEventListener('abort', () => {
    clearInterval(timer)
    coming.resolve()
  })
  return { next: () => coming.promise }
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
