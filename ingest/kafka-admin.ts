import { Kafka, logLevel } from 'kafkajs'
import type { LogEnd } from '../models/contracts/event-log.ts'

type Connection = { brokers: string[]; clientId: string }

/** Makes the topics that do not exist yet; those that do keep their partitions. */
export async function createTopics(
  options: Connection & { topics: { topic: string; partitions: number }[] }
): Promise<void> {
  const { topics, ...connection } = options
  const admin = new Kafka({ ...connection, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const known = new Set(await admin.listTopics())
    const missing = topics.filter(({ topic }) => !known.has(topic))
    // -1: the broker's own default is the right number of replicas.
    const wanted = missing.map(({ topic, partitions }) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: -1
    }))
    if (wanted.length > 0) await admin.createTopics({ topics: wanted, waitForLeaders: true })
  } finally {
    await admin.disconnect()
  }
}

/** Where each partition of the topics ends now. */
export async function readKafkaEnds(options: Connection & { topics: readonly string[] }): Promise<LogEnd[]> {
  const { topics, ...connection } = options
  const admin = new Kafka({ ...connection, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const ends = await Promise.all(
      topics.map(async (topic) =>
        (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
          topic,
          partition,
          end: Number(high)
        }))
      )
    )
    return ends.flat()
  } finally {
    await admin.disconnect()
  }
}
