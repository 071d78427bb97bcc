import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WAREHOUSE_GROUP } from '../../ingest/group.ts'
import { connectAdmin, createTopics, readKafkaEnds } from '../../ingest/kafka-admin.ts'
import { migrate } from '../../ingest/migrate.ts'
import type { KafkaConnection } from '../../models/contracts/kafka-connection.ts'
import { REJECTED_TOPIC, topics } from '../../models/contracts/topics.ts'
import { chooseRealKafka, type RealKafka } from '../../test/kafka-server.ts'
import { waitUntil } from './wait-until.ts'
import { openBreakableWarehouse, type BreakableWarehouse } from './warehouse.ts'

const PARTITIONS = 3
const STORED_MS_MAX = 90_000

export const allTopics = [...topics, REJECTED_TOPIC] as const
type Admin = Awaited<ReturnType<typeof connectAdmin>>

/** What all rounds share: one Kafka, one warehouse. */
export type World = {
  dir: string
  kafka: RealKafka
  connection: KafkaConnection
  warehouse: BreakableWarehouse
  withAdmin<Value>(work: (admin: Admin) => Promise<Value>): Promise<Value>
  /** Until all that Kafka holds is recorded as stored, and no range is begun and not ended. */
  waitUntilStored(): Promise<void>
  close(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const choice = await chooseRealKafka()
  if ('missing' in choice) throw new Error(`No real Kafka can be had: ${choice.missing}.`)
  const dir = await mkdtemp(join(tmpdir(), 'flipside-faults-'))
  const opened: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })]
  async function close(): Promise<void> {
    for (const closeOne of opened.toReversed()) await closeOne().catch(() => undefined)
  }
  try {
    const kafka = await choice.start()
    opened.push(() => kafka.close())
    const warehouse = await openBreakableWarehouse(join(dir, 'warehouse'))
    opened.push(() => warehouse.close())
    await migrate(warehouse.client, { SHOP_TIME_ZONE: 'Europe/London' })
    const connection = { brokers: kafka.brokers, clientId: 'flipside-faults', connectionTimeout: 2_500 }
    await openTopics(connection)
    const world = { dir, kafka, connection, warehouse, close }
    return {
      ...world,
      withAdmin: (work) => withAdmin(connection, work),
      waitUntilStored: () =>
        waitUntil('all that Kafka holds is stored', STORED_MS_MAX, async () => (await findOpen(world)) === 0)
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** With records of somebody else's in it, nothing that is counted here would be right. */
async function openTopics(connection: KafkaConnection): Promise<void> {
  const wanted = allTopics.map((topic) => ({ topic, partitions: PARTITIONS, replication: 1 }))
  await createTopics({ ...connection, topics: wanted })
  const ends = await readKafkaEnds({ ...connection, topics: allTopics })
  if (ends.some(({ end }) => end > 0)) throw new Error('the topics of this Kafka are not empty')
}

async function withAdmin<Value>(connection: KafkaConnection, work: (admin: Admin) => Promise<Value>) {
  const admin = await connectAdmin(connection)
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

/** How many partitions are not stored to their end, or are in the middle of a range. */
async function findOpen({ connection, warehouse }: Pick<World, 'connection' | 'warehouse'>): Promise<number> {
  const { ends, begun } = await withAdmin(connection, async (admin) => {
    const committed = await admin.fetchOffsets({ groupId: WAREHOUSE_GROUP, topics: [...allTopics] })
    const offsets = allTopics.map(async (topic) => {
      const partitions = await admin.fetchTopicOffsets(topic)
      return partitions.map(({ partition, high }) => ({ place: `${topic}/${partition}`, end: Number(high) }))
    })
    return {
      ends: (await Promise.all(offsets)).flat(),
      begun: committed.flatMap(({ partitions }) => partitions.filter(({ metadata }) => metadata))
    }
  })
  const recorded = await warehouse.rows<{ place: string; next: number }>(
    `SELECT concat(topic, '/', toString(partition)) AS place, toUInt32(max(last_offset) + 1) AS next
     FROM ops.ingest_blocks GROUP BY place`
  )
  const next = new Map(recorded.map((row) => [row.place, row.next]))
  return begun.length + ends.filter(({ place, end }) => (next.get(place) ?? 0) < end).length
}
