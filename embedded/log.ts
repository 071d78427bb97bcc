import type {
  Committed,
  EventConsumer,
  EventSender,
  LogEnd,
  LogHandlers,
  LogMessage,
  TopicPartition
} from '../models/contracts/event-log.ts'
import { openCommitted } from './log/committed.ts'
import { followTopics, type Following } from './log/follow.ts'
import { LockedError, takeLock } from './log/lock.ts'
import { partitionOf } from './log/murmur2.ts'
import { readNextOffset } from './log/partition-reader.ts'
import { PartitionWriter } from './log/partition-writer.ts'
import { recordBytes } from './log/record.ts'
import { createTopic, nameOf, readPartitionCount } from './log/topics.ts'

/** Where each partition of the topics ends now; nothing for topics that nobody wrote to. */
export function readLogEnds(dir: string, topics: readonly string[]): LogEnd[] {
  return topics.flatMap((topic) =>
    Array.from({ length: readPartitionCount(dir, topic) ?? 0 }, (_, partition) => ({
      topic,
      partition,
      start: 0,
      end: readNextOffset(dir, { topic, partition })
    }))
  )
}

/**
 * Stands in for Kafka on one machine: an append-only file a partition below `dir`. Any number of processes may send,
 * each to partitions that no other one holds, and one process a group consumes.
 */
export async function openLogSender(options: {
  dir: string
  /** Counts only where a topic is new: its partitions never change. */
  partitionsPerTopic?: number
}): Promise<EventSender> {
  const { dir, partitionsPerTopic = 2 } = options
  const writers = new Map<string, Promise<PartitionWriter>>()
  const unkeyed = new Map<string, Promise<number>>()
  const partitionCounts = new Map<string, number>()
  let closed = false

  function writerOf(at: TopicPartition): Promise<PartitionWriter> {
    const name = nameOf(at)
    const known = writers.get(name)
    if (known) return known
    const opened = PartitionWriter.open(dir, at)
    writers.set(name, opened)
    // A lock that is held now may be free at the next send.
    opened.catch(() => writers.delete(name))
    return opened
  }

  /** Messages without a key go to a partition that this sender holds or can lock. */
  async function chooseUnkeyed(topic: string, count: number): Promise<number> {
    const partitions = Array.from({ length: count }, (_, partition) => partition)
    const isHeld = (partition: number) => writers.has(nameOf({ topic, partition }))
    const held: unknown[] = []
    for (const partition of [...partitions.filter(isHeld), ...partitions.filter((p) => !isHeld(p))]) {
      try {
        await writerOf({ topic, partition })
        return partition
      } catch (error) {
        if (!(error instanceof LockedError)) throw error
        held.push(error.message)
      }
    }
    throw new LockedError(`no partition of ${topic} is free: ${held.join('; ')}`)
  }

  function unkeyedPartition(topic: string, count: number): Promise<number> {
    const chosen = unkeyed.get(topic) ?? chooseUnkeyed(topic, count)
    unkeyed.set(topic, chosen)
    chosen.catch(() => unkeyed.delete(topic))
    return chosen
  }

  return {
    async send(topic: string, messages: LogMessage[]): Promise<void> {
      if (closed) throw new Error('the log is closed')
      const count = partitionCounts.get(topic) ?? createTopic(dir, topic, partitionsPerTopic)
      partitionCounts.set(topic, count)
      const parts = new Map<number, LogMessage[]>()
      const anywhere = messages.some(({ key }) => key === null) ? await unkeyedPartition(topic, count) : 0
      for (const message of messages) {
        // Before anything is written: a batch with a message that is too large is refused whole.
        recordBytes(message)
        const partition = message.key === null ? anywhere : partitionOf(message.key, count)
        const part = parts.get(partition)
        if (part) part.push(message)
        else parts.set(partition, [message])
      }
      const opened = await Promise.all(
        [...parts].map(async ([partition, part]) => ({ writer: await writerOf({ topic, partition }), part }))
      )
      await Promise.all(opened.map(({ writer, part }) => writer.append(part)))
    },
    async close(): Promise<void> {
      closed = true
      const opened = await Promise.allSettled(writers.values())
      for (const result of opened) if (result.status === 'fulfilled') await result.value.close()
      writers.clear()
    }
  }
}

export async function openLogConsumer({
  dir,
  group
}: {
  dir: string
  group: string
}): Promise<EventConsumer> {
  const committed = openCommitted(dir, group)
  const lock = takeLock(committed.lockFile)
  let following: Following | undefined
  let closed = false

  return {
    async run(topics: readonly string[], handlers: LogHandlers): Promise<void> {
      if (closed) throw new Error('the log is closed')
      if (following) throw new Error('this consumer is running already')
      following = followTopics({ dir, topics, handlers, readCommitted: committed.read })
      await following.done
    },
    async commit(at: TopicPartition, to: Committed): Promise<void> {
      if (closed) throw new Error('the log is closed')
      await committed.write(at, to)
    },
    async lag() {
      return (following?.assigned() ?? []).map((at) => {
        const records = readNextOffset(dir, at) - (committed.read(at)?.offset ?? 0)
        return { ...at, records: Math.max(0, records) }
      })
    },
    async close(): Promise<void> {
      if (closed) return
      await following?.stop()
      closed = true
      lock.release()
    }
  }
}
