import { openKafkaSender } from '../../api/kafka.ts'
import { musicEvents } from '../../embedded/shops/music/events.ts'
import { createTopics } from '../../ingest/kafka-admin.ts'
import type { LogMessage } from '../../models/contracts/event-log.ts'
import type { KafkaConnection } from '../../models/contracts/kafka-connection.ts'
import { keyOf, REJECTED_TOPIC, retentionDaysOf, topicOf, topics } from '../../models/contracts/topics.ts'

const PARTITIONS = 12
const BATCH_EVENTS = 5_000
const START = '2026-01-05T00:00:00Z'

/** What the simulated shop says, as the collector would write it, in its own mix of types. The same on every run. */
export function* makeMessages(count: number): Generator<{ topic: string; message: LogMessage }> {
  const events = musicEvents({ start: START })
  for (let i = 0; i < count; i++) {
    const event = events.next().value
    const value = JSON.stringify({ ...event, received_at: event.occurred_at })
    yield { topic: topicOf[event.type], message: { key: keyOf(event), value } }
  }
}

/** Makes the topics as ingest does, and fills them with so many events. */
export async function fillTopics(connection: KafkaConnection, count: number): Promise<void> {
  const wanted = ([...topics, REJECTED_TOPIC] as const).map((topic) => ({
    topic,
    partitions: PARTITIONS,
    replication: -1,
    retentionDays: retentionDaysOf[topic]
  }))
  await createTopics({ ...connection, topics: wanted })
  const sender = await openKafkaSender(connection)
  let batch = new Map<string, LogMessage[]>()
  let waiting = 0
  let sent = 0
  const send = async () => {
    await Promise.all([...batch].map(([topic, messages]) => sender.send(topic, messages)))
    sent += waiting
    batch = new Map()
    waiting = 0
    if (sent % 100_000 < BATCH_EVENTS) process.stderr.write(`\rsent ${sent.toLocaleString('en')} events `)
  }
  for (const { topic, message } of makeMessages(count)) {
    const messages = batch.get(topic)
    if (messages) messages.push(message)
    else batch.set(topic, [message])
    if (++waiting === BATCH_EVENTS) await send()
  }
  await send()
  await sender.close()
  process.stderr.write('\n')
}
