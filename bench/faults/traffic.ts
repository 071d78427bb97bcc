import { setTimeout as wait } from 'node:timers/promises'
import { openKafkaSender } from '../../api/kafka.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import type { EventSender, LogMessage } from '../../models/contracts/event-log.ts'
import {
  keepBody,
  keyOf,
  REJECTED_TOPIC,
  topicOf,
  type RejectedMessage
} from '../../models/contracts/topics.ts'
import { makeBadMessage, openEventMaker } from './events.ts'
import { amountOf, type Ledger } from './ledger.ts'
import type { Random } from './random.ts'
import { allTopics, type World } from './world.ts'

const BATCH_MESSAGES = 150
const REPEAT_CHANCE = 0.08
const BAD_CHANCE = 0.02
/** Of those that may be repeated: old ones too, from any round. */
const SENT_KEPT = 4_000
const SEND_AGAIN_MS = 300
const SEND_MS_MAX = 90_000

type Message = { topic: string; log: LogMessage; event?: ShopEvent; badBody?: string }

/** What a shop sends in a round. A send that fails is sent again until it is acknowledged, as a shop does. */
export type Traffic = {
  /** Batches one after another, a batch for each topic, in an order between keys that is drawn. */
  send(count: number): Promise<void>
  /** The same batches by two producers at once, each in an order of its own. */
  sendTwice(count: number): Promise<void>
  close(): Promise<void>
}

export async function openTraffic(
  world: World,
  { random, round, ledger, sent }: { random: Random; round: number; ledger: Ledger; sent: ShopEvent[] }
): Promise<Traffic> {
  const makeEvent = openEventMaker(random, round)
  const senders = [await openKafkaSender(world.connection), await openKafkaSender(world.connection)] as const
  let badCount = 0

  function draw(count: number): Message[] {
    return Array.from({ length: count }, () => {
      if (random.chance(BAD_CHANCE)) return drawBad()
      const event = sent.length > 0 && random.chance(REPEAT_CHANCE) ? random.of(sent) : makeEvent()
      // Kept before it is acknowledged: a repeat may overtake the first.
      if (sent.length < SENT_KEPT) sent.push(event)
      else sent[random.below(SENT_KEPT)] = event
      return { topic: topicOf[event.type], log: { key: keyOf(event), value: JSON.stringify(event) }, event }
    })
  }

  function drawBad(): Message {
    const bytes = makeBadMessage(random, `bad-${round}-${++badCount}`)
    const topic = random.of(allTopics)
    if (topic !== REJECTED_TOPIC || random.chance(0.3)) {
      return { topic, log: { key: `guest-${badCount % 50}`, value: bytes }, badBody: keepBody(bytes).body }
    }
    const refused: RejectedMessage = {
      rejected_at: '2026-01-05T09:00:00.000Z',
      source: 'collector',
      reason: 'not an event',
      from_topic: '',
      from_partition: 0,
      from_offset: 0,
      ...keepBody(bytes)
    }
    return { topic, log: { key: null, value: JSON.stringify(refused) }, badBody: refused.body }
  }

  async function sendBatches(batches: Message[][], sender: EventSender): Promise<void> {
    for (const batch of batches) {
      const byTopic = Map.groupBy(batch, ({ topic }) => topic)
      await Promise.all([...byTopic].map(([topic, messages]) => sendUntilTaken(sender, topic, messages)))
    }
  }

  async function sendUntilTaken(sender: EventSender, topic: string, messages: Message[]): Promise<void> {
    const end = performance.now() + SEND_MS_MAX
    for (;;) {
      note(messages, 'tried')
      try {
        await sender.send(
          topic,
          messages.map(({ log }) => log)
        )
        break
      } catch (cause) {
        if (performance.now() > end) throw new Error(`Kafka has not taken a batch of ${topic}`, { cause })
        await wait(SEND_AGAIN_MS)
      }
    }
    note(messages, 'acknowledged')
    ledger.acknowledged += messages.length
    for (const { event } of messages) {
      if (event && !ledger.events.has(event.event_id)) {
        ledger.events.set(event.event_id, { round, topic, amount: amountOf(event) })
      }
    }
  }

  function note(messages: Message[], what: 'tried' | 'acknowledged'): void {
    for (const { badBody } of messages) {
      if (badBody === undefined) continue
      const counts = ledger.bad.get(badBody) ?? { round, tried: 0, acknowledged: 0 }
      counts[what]++
      ledger.bad.set(badBody, counts)
    }
  }

  const cut = (messages: Message[]): Message[][] =>
    Array.from({ length: Math.ceil(messages.length / BATCH_MESSAGES) }, (_, i) =>
      messages.slice(i * BATCH_MESSAGES, (i + 1) * BATCH_MESSAGES)
    )

  return {
    send: (count) => sendBatches(cut(draw(count)), senders[0]),
    async sendTwice(count) {
      const batches = cut(draw(count))
      const shuffled = random.shuffle(batches).map((batch) => random.shuffle(batch))
      await Promise.all([sendBatches(batches, senders[0]), sendBatches(shuffled, senders[1])])
    },
    async close() {
      await Promise.all(senders.map((sender) => sender.close()))
    }
  }
}
