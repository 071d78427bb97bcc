import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { REJECTED_TOPIC } from '../../models/contracts/topics.ts'
import type { EventSender, TopicPartition } from '../../models/contracts/event-log.ts'
import type { Block, Range } from '../block.ts'
import { findAnnounced } from './announced.ts'

/** Ingest's own rejections in the topic of rejected messages. */
export type Rejections = {
  /** Offsets of messages that only repeat what the table holds already. */
  findAnnounced(at: TopicPartition, range: Range, rejected: Block['rejected']): Promise<Set<number>>
  /** At least once; never rejects. */
  announce(at: TopicPartition, rejected: Block['rejected']): Promise<void>
}

const TRIES_MAX = 3
const AGAIN_AFTER_MS = 500
/** Of bodies together; a log takes much more at once. */
const SEND_BYTES_MAX = 4 * 1024 * 1024

/**
 * The table is the truth: a rejection is in it, exactly once, before the topic hears of it. So a log that takes nothing
 * is given up on after a few tries, with a warning, and the events behind it are stored; the topic then lacks these.
 */
export function openRejections(ports: {
  client: ClickHouseClient
  sender: Pick<EventSender, 'send'>
  warn(error: Error, count: number): void
}): Rejections {
  return {
    findAnnounced: (at, range, rejected) => findAnnounced(ports.client, at, range, rejected),
    async announce(at, rejected) {
      // What is wrong in that topic itself would be told of for ever.
      if (at.topic === REJECTED_TOPIC) return
      for (const part of cutParts(rejected)) {
        const error = await trySend(ports.sender, part)
        if (error) return ports.warn(error, rejected.length)
      }
    }
  }
}

async function trySend(
  sender: Pick<EventSender, 'send'>,
  part: Block['rejected']
): Promise<Error | undefined> {
  const messages = part.map(({ topic: _t, partition: _p, offset: _o, epoch: _e, ...message }) => ({
    key: null,
    value: JSON.stringify(message)
  }))
  for (let tries = 1; ; tries++) {
    try {
      await sender.send(REJECTED_TOPIC, messages)
      return undefined
    } catch (error) {
      if (tries === TRIES_MAX) return error instanceof Error ? error : new Error(String(error))
      await sleep(AGAIN_AFTER_MS)
    }
  }
}

function cutParts(rejected: Block['rejected']): Block['rejected'][] {
  const parts: Block['rejected'][] = []
  let bytes = Infinity
  for (const row of rejected) {
    bytes += row.body.length
    if (bytes <= SEND_BYTES_MAX) parts.at(-1)?.push(row)
    else {
      parts.push([row])
      bytes = row.body.length
    }
  }
  return parts
}
