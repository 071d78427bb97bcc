import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import type { LogEnd } from '../models/contracts/event-log.ts'
import { explainRefusal, type KafkaConnection } from '../models/contracts/kafka-connection.ts'

/** With the connection's own limit: a broker that cannot be reached is told of within 10 s. */
const RETRY = { initialRetryTime: 200, retries: 2 }
const CONNECT_MS_MAX = 9_000
/** Our largest send is 900,000 bytes; a broker that was set lower would refuse what the collector has accepted. */
const MESSAGE_BYTES_MAX = 1024 * 1024 + 12
const LEADERS_MS_MAX = 8_000
const LEADERS_AGAIN_MS = 100
const DAY_MS = 86_400_000

export type TopicSettings = {
  topic: string
  partitions: number
  /** -1 or left out: the broker's own default is the right number of copies. */
  replication?: number
  /** Left out: as long as the broker keeps what has no setting of its own. */
  retentionDays?: number
}
/** `different` already existed, with another number of partitions than is wanted. */
export type CreatedTopics = {
  created: string[]
  different: { topic: string; partitions: number; wanted: number }[]
}

/** Makes the topics that do not exist yet; those that do keep their partitions and settings. */
export async function createTopics(
  options: KafkaConnection & { topics: readonly TopicSettings[] }
): Promise<CreatedTopics> {
  const { topics, ...connection } = options
  return withAdmin(connection, async (admin) => {
    const known = new Set(await admin.listTopics())
    const missing = topics.filter(({ topic }) => !known.has(topic))
    // A broker knows a new topic some time after the controller has made it; kafkajs waits for only some of that.
    if (missing.length > 0)
      await admin.createTopics({ topics: missing.map(requestOf), waitForLeaders: false })
    const names = topics.map(({ topic }) => topic)
    await waitUntilServed(admin, names)
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names })
    const countOf = new Map(found.map(({ name, partitions }) => [name, partitions.length]))
    return {
      created: missing.map(({ topic }) => topic),
      different: topics
        .map(({ topic, partitions }) => ({ topic, partitions: countOf.get(topic) ?? 0, wanted: partitions }))
        .filter(({ partitions, wanted }) => partitions !== wanted)
    }
  })
}

/** Where each partition of the topics ends now. */
export async function readKafkaEnds(
  options: KafkaConnection & { topics: readonly string[] }
): Promise<LogEnd[]> {
  const { topics, ...connection } = options
  return withAdmin(connection, async (admin) => {
    const ends = topics.map(async (topic) => {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets.map(({ partition, low, high }) => {
        return { topic, partition, start: Number(low), end: Number(high) }
      })
    })
    return (await Promise.all(ends)).flat()
  })
}

/** Connected and logged in, or an error in time: by itself kafkajs waits 30 s for a broker that is there and says nothing. */
export async function connectAdmin(connection: KafkaConnection): Promise<Admin> {
  const admin = new Kafka({ ...connection, retry: RETRY, logLevel: logLevel.NOTHING }).admin()
  const late = new AbortController()
  const tooLate = wait(CONNECT_MS_MAX, undefined, { signal: late.signal }).then(() => {
    throw new Error(`Kafka at ${connection.brokers.join(', ')} does not answer`)
  })
  tooLate.catch(() => undefined)
  try {
    await Promise.race([ask(admin), tooLate])
    return admin
  } catch (error) {
    admin.disconnect().catch(() => undefined)
    throw explainRefusal(error, connection)
  } finally {
    late.abort()
  }
}

/** A broker that asks for a login lets anybody connect, and hangs up at the first question. */
async function ask(admin: Admin): Promise<void> {
  await admin.connect()
  await admin.describeCluster()
}

async function withAdmin<Value>(
  connection: KafkaConnection,
  work: (admin: Admin) => Promise<Value>
): Promise<Value> {
  const admin = await connectAdmin(connection)
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

function requestOf({ topic, partitions, replication = -1, retentionDays }: TopicSettings) {
  const settings = {
    'cleanup.policy': 'delete',
    'max.message.bytes': MESSAGE_BYTES_MAX,
    ...(retentionDays !== undefined && { 'retention.ms': retentionDays * DAY_MS })
  }
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replication,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value: String(value) }))
  }
}

/** A partition is there when its leader answers for it: metadata names a leader that may not know of it yet. */
async function waitUntilServed(admin: Admin, topics: readonly string[]): Promise<void> {
  const end = Date.now() + LEADERS_MS_MAX
  for (;;) {
    try {
      await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)))
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await wait(LEADERS_AGAIN_MS)
    }
  }
}
