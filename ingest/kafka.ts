import { Kafka, logLevel, type Admin, type EachBatchPayload, type IMemberAssignment } from 'kafkajs'
import type {
  Committed,
  EventConsumer,
  LogHandlers,
  LogRecord,
  TopicPartition
} from '../models/contracts/event-log.ts'

const RECORDS_MAX = 10_000
const PARTITION_BYTES_MAX = 4 * 1024 * 1024
const FETCH_BYTES_MAX = 32 * 1024 * 1024
/** A partition that is free again joins the next fetch, so this bounds how long it waits for idle ones. */
const FETCH_WAIT_MS = 50
const SESSION_TIMEOUT_MS = 30_000
const PARTITIONS_AT_ONCE = 16

type Connection = { brokers: string[]; clientId: string }
type Step = (isCurrent: () => boolean) => Promise<void>

/**
 * Reads Kafka in a consumer group. kafkajs fetches the next batches of a broker only when all of the last ones are
 * done with; so a batch is taken off it at once, its partition is paused, and the handler is left to itself. Then a
 * slow partition holds up no other, and the group's heartbeats go on with the fetches.
 */
export async function openKafkaConsumer(options: Connection & { group: string }): Promise<EventConsumer> {
  const { group, ...connection } = options
  const kafka = new Kafka({ ...connection, logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: SESSION_TIMEOUT_MS,
    maxBytesPerPartition: PARTITION_BYTES_MAX,
    maxBytes: FETCH_BYTES_MAX,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false
  })
  await admin.connect()
  await consumer.connect()

  let assigned: IMemberAssignment = {}
  /** Counts the assignments: what was begun under an older one is no longer ours to finish. */
  let assignment = 0
  /** The steps of each partition, one after another, and the assignment that the present one was begun under. */
  const steps = new Map<string, Promise<void>>()
  const begunUnder = new Map<string, number>()
  let isStopping = false
  const ended = Promise.withResolvers<void>()
  // Without a run nobody asks how it ended.
  ended.promise.catch(() => undefined)

  function fail(error: unknown): void {
    isStopping = true
    ended.reject(error)
  }

  /** Pauses the partition until the step has run, behind the steps before it. */
  function enqueue(at: TopicPartition, step: Step): void {
    const paused = [{ topic: at.topic, partitions: [at.partition] }]
    consumer.pause(paused)
    if (isStopping) return
    const mine = assignment
    const isCurrent = () => mine === assignment && !isStopping
    async function runStep(before: Promise<void> | undefined): Promise<void> {
      await before
      if (!isCurrent()) return
      begunUnder.set(nameOf(at), mine)
      try {
        await step(isCurrent)
        if (isCurrent()) consumer.resume(paused)
      } catch (error) {
        // After a new assignment the partition is read again from what is committed, by whoever has it then.
        if (mine === assignment) fail(error)
      } finally {
        begunUnder.delete(nameOf(at))
      }
    }
    steps.set(nameOf(at), runStep(steps.get(nameOf(at))))
  }

  async function assign(at: TopicPartition, handlers: LogHandlers): Promise<void> {
    const { committed, low, high } = await findOffsets(admin, { group, at })
    const start = await handlers.assigned(at, committed)
    if (start > high) throw new Error(`offset ${start} is beyond the end of ${nameOf(at)}, which is ${high}`)
    // From below the log's start kafkajs would commit an offset of its own, over the metadata.
    consumer.seek({ ...at, offset: String(Math.max(start, low)) })
  }

  return {
    async run(topics, handlers) {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) fail(payload.error)
      })
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        assigned = payload.memberAssignment
        assignment++
        for (const at of partitionsOf(assigned)) enqueue(at, () => assign(at, handlers))
      })
      await consumer.subscribe({ topics: [...topics], fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        async eachBatch(payload) {
          // A batch that was fetched before a seek is not what comes next.
          if (payload.isStale()) return
          const { topic, partition } = payload.batch
          enqueue({ topic, partition }, (isCurrent) => deliver(payload, handlers, isCurrent))
        }
      })
      try {
        await ended.promise
      } finally {
        await Promise.all(steps.values())
        await consumer.disconnect()
      }
    },
    async commit(at, { offset, metadata }) {
      const isMine = assigned[at.topic]?.includes(at.partition)
      // Kafka itself would take it: the group's member is the same, though the partition may be another's by now.
      if (!isMine || (begunUnder.get(nameOf(at)) ?? assignment) !== assignment) {
        throw new Error(`${nameOf(at)} is no longer assigned to this consumer`)
      }
      await consumer.commitOffsets([{ ...at, offset: String(offset), metadata }])
    },
    async lag() {
      const counting = partitionsOf(assigned).map(async (at) => {
        const { committed, low, high } = await findOffsets(admin, { group, at })
        return { ...at, records: Math.max(0, high - Math.max(low, committed?.offset ?? 0)) }
      })
      return Promise.all(counting)
    },
    async close() {
      isStopping = true
      ended.resolve()
      await Promise.all(steps.values())
      await consumer.disconnect()
      await admin.disconnect()
    }
  }
}

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

/** `low` and `high` are the first offset that is kept and the next that will be given. */
async function findOffsets(admin: Admin, { group, at }: { group: string; at: TopicPartition }) {
  const isHere = ({ partition }: { partition: number }) => partition === at.partition
  const [ends, groupOffsets] = await Promise.all([
    admin.fetchTopicOffsets(at.topic),
    admin.fetchOffsets({ groupId: group, topics: [at.topic] })
  ])
  const end = ends.find(isHere)
  const found = groupOffsets[0]?.partitions.find(isHere)
  const offset = Number(found?.offset ?? -1)
  const committed: Committed | undefined =
    offset < 0 ? undefined : { offset, metadata: found?.metadata ?? '' }
  return { committed, low: Number(end?.low ?? 0), high: Number(end?.high ?? 0) }
}

async function deliver(
  { batch, resolveOffset }: EachBatchPayload,
  handlers: LogHandlers,
  isCurrent: () => boolean
): Promise<void> {
  const at = { topic: batch.topic, partition: batch.partition }
  for (let first = 0; first < batch.messages.length && isCurrent(); first += RECORDS_MAX) {
    const messages = batch.messages.slice(first, first + RECORDS_MAX)
    await handlers.records(at, messages.map(recordOf))
    const last = messages.at(-1)
    if (last && isCurrent()) resolveOffset(last.offset)
  }
}

function recordOf({ offset, key, value }: EachBatchPayload['batch']['messages'][number]): LogRecord {
  return { offset: Number(offset), key: key?.toString() ?? null, value: value ?? Buffer.alloc(0) }
}

function partitionsOf(assigned: IMemberAssignment): TopicPartition[] {
  return Object.entries(assigned).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition }))
  )
}

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`
