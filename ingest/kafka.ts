import { setTimeout as wait } from 'node:timers/promises'
import { Kafka, logLevel, PartitionAssigners } from 'kafkajs'
import type { Admin, EachBatchPayload, IMemberAssignment, PartitionAssigner } from 'kafkajs'
import type {
  Committed,
  EventConsumer,
  LogHandlers,
  LogRecord,
  TopicPartition
} from '../models/contracts/event-log.ts'
import type { KafkaConnection } from '../models/contracts/kafka-connection.ts'
import { connectAdmin } from './kafka-admin.ts'

const RECORDS_MAX = 10_000
const PARTITION_BYTES_MAX = 2 * 1024 * 1024
/** A record keeps the whole answer that it came with in memory, so these are small. */
const FETCH_BYTES_MAX = 8 * 1024 * 1024
/** A partition that is free again joins the next fetch, so this bounds how long it waits for idle ones. */
const FETCH_WAIT_MS = 50
/** After a broker or a consumer has died the others wait so long for it. Handlers may take longer: see below. */
const SESSION_TIMEOUT_MS = 10_000
const PARTITIONS_AT_ONCE = 16
const AGAIN_AFTER_MS = 1_000
/** kafkajs tries for ever, one run of retries after another; without this bound up to 30 s apart. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 10 }

type Step = (isCurrent: () => boolean) => Promise<void>

/**
 * Reads Kafka in a consumer group. kafkajs fetches the next batches of a broker only when all of the last ones are
 * done with; so a batch is taken off it at once, its partition is paused, and the handler is left to itself. Then a
 * slow partition holds up no other, and the group's heartbeats go on with the fetches.
 */
export async function openKafkaConsumer(
  options: KafkaConnection & { group: string; exclusive?: boolean; interrupted?: (error: Error) => void }
): Promise<EventConsumer> {
  const { group, exclusive, interrupted, ...connection } = options
  const kafka = new Kafka({ ...connection, logLevel: logLevel.NOTHING, retry: RETRY })
  const consumer = kafka.consumer({
    groupId: group,
    retry: RETRY,
    sessionTimeout: SESSION_TIMEOUT_MS,
    maxBytesPerPartition: PARTITION_BYTES_MAX,
    maxBytes: FETCH_BYTES_MAX,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    ...(exclusive && { partitionAssigners: [assignAlone()] })
  })
  const admin = await connectAdmin(connection)
  await consumer.connect().catch(async (error: unknown) => {
    await admin.disconnect()
    throw error
  })

  let handlers: LogHandlers | undefined
  let assigned: IMemberAssignment = {}
  /** Counts the assignments: what was begun under an older one is no longer ours to finish. */
  let assignment = 0
  /** The steps of each partition, one after another. */
  const steps = new Map<string, Promise<void>>()
  /** The offset that each partition was at when it was assigned: who commits below it works on an older assignment. */
  const floors = new Map<string, number>()
  const confirmed = new Set<string>()
  let isStopping = false
  const ended = Promise.withResolvers<void>()
  // Without a run nobody asks how it ended.
  ended.promise.catch(() => undefined)

  function fail(error: unknown): void {
    isStopping = true
    ended.reject(error)
  }

  /** Takes the step behind those before it; the partition must be paused, and goes on when the step is done. */
  function enqueue(at: TopicPartition, step: Step): void {
    const mine = assignment
    const isCurrent = () => mine === assignment && !isStopping
    async function runStep(before: Promise<void> | undefined): Promise<void> {
      await before
      if (!isCurrent()) return
      try {
        await step(isCurrent)
        if (isCurrent()) consumer.resume([{ topic: at.topic, partitions: [at.partition] }])
      } catch (error) {
        // Without an assignment the partition is read again from what is committed, by whoever is given it next.
        if (isCurrent()) giveAgain(at, error)
      }
    }
    steps.set(nameOf(at), runStep(steps.get(nameOf(at))))
  }

  /** A Kafka that cannot be reached is no failure of the handler: it starts again from what is committed. */
  function giveAgain(at: TopicPartition, error: unknown): void {
    if (!isOfKafka(error)) return fail(error)
    enqueue(at, async (isCurrent) => {
      await wait(AGAIN_AFTER_MS)
      if (isCurrent()) await assign(at)
    })
  }

  async function assign(at: TopicPartition): Promise<void> {
    await handlers?.released?.(at)
    const { committed, low, high } = await findOffsets(admin, { group, at })
    const start = (await handlers?.assigned(at, committed)) ?? low
    if (start > high) throw new Error(`offset ${start} is beyond the end of ${nameOf(at)}, which is ${high}`)
    // From below the log's start kafkajs would commit an offset of its own, over the metadata.
    consumer.seek({ ...at, offset: String(Math.max(start, low)) })
    floors.set(nameOf(at), Math.min(start, committed?.offset ?? 0))
  }

  async function deliver(
    { batch, resolveOffset }: EachBatchPayload,
    isCurrent: () => boolean
  ): Promise<void> {
    const at = { topic: batch.topic, partition: batch.partition }
    for (let first = 0; first < batch.messages.length && isCurrent(); first += RECORDS_MAX) {
      const messages = batch.messages.slice(first, first + RECORDS_MAX)
      await handlers?.records(at, messages.map(recordOf))
      const last = messages.at(-1)
      if (last && isCurrent()) resolveOffset(last.offset)
    }
  }

  /** Handlers hear of it at once: one that waits for a commit would hold up the step that tells it. */
  function changeAssignment(next: IMemberAssignment): void {
    for (const at of partitionsOf(assigned)) handlers?.released?.(at).catch(fail)
    assigned = next
    assignment++
    floors.clear()
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    changeAssignment(payload.memberAssignment)
    for (const at of partitionsOf(assigned)) {
      consumer.pause([{ topic: at.topic, partitions: [at.partition] }])
      enqueue(at, () => assign(at))
    }
  })
  // After a crash kafkajs starts again by itself and joins anew, or says that it will not.
  consumer.on(consumer.events.STOP, () => changeAssignment({}))
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart) interrupted?.(payload.error)
    else fail(payload.error)
  })
  consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
    for (const { topic, partitions } of payload.topics) {
      for (const partition of partitions) confirmed.add(nameOf({ topic, partition: partition.partition }))
    }
  })

  return {
    async run(topics, given) {
      handlers = given
      await consumer.subscribe({ topics: [...topics], fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        async eachBatch(payload) {
          // A batch that was fetched before a seek is not what comes next.
          if (payload.isStale()) return
          payload.pause()
          const { topic, partition } = payload.batch
          if (!isStopping) enqueue({ topic, partition }, (isCurrent) => deliver(payload, isCurrent))
        }
      })
      await ended.promise
    },
    async commit(at, { offset, metadata }) {
      const name = nameOf(at)
      const isMine = () => assigned[at.topic]?.includes(at.partition) ?? false
      if (!isMine()) throw new NotCommittedError(name)
      const floor = floors.get(name) ?? (await findOffsets(admin, { group, at })).committed?.offset ?? 0
      if (offset < floor) {
        // Kafka would take it, since the member is the same, and what another has done meanwhile would be done again.
        const error = new Error(
          `${name} is at ${floor} by now: another consumer had it; ${offset} comes too late`
        )
        fail(error)
        throw error
      }
      confirmed.delete(name)
      await consumer.commitOffsets([{ ...at, offset: String(offset), metadata }])
      // While kafkajs stops after a crash it answers as if it had committed.
      if (!confirmed.has(name)) throw new NotCommittedError(name)
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

/** The members of a group share one way to share out: who comes with another is refused, as long as one is there. */
function assignAlone(): PartitionAssigner {
  const name = `alone ${crypto.randomUUID()}`
  return (config) => ({ ...PartitionAssigners.roundRobin(config), name })
}

class NotCommittedError extends Error {
  constructor(name: string) {
    super(`nothing was committed: ${name} is not assigned to this consumer any more`)
  }
}

/** kafkajs names all its errors so; a handler may have wrapped the error of its commit. */
function isOfKafka(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error instanceof NotCommittedError || error.name.startsWith('KafkaJS') || isOfKafka(error.cause)
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

function recordOf({ offset, key, value }: EachBatchPayload['batch']['messages'][number]): LogRecord {
  return { offset: Number(offset), key: key?.toString() ?? null, value: value ?? Buffer.alloc(0) }
}

function partitionsOf(assigned: IMemberAssignment): TopicPartition[] {
  return Object.entries(assigned).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition }))
  )
}

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`
