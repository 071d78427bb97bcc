import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openKafkaConsumer } from '../../ingest/kafka.ts'
import { createTopics } from '../../ingest/kafka-admin.ts'
import { openKafkaSender } from '../../ingest/kafka-sender.ts'
import type { Committed } from '../../models/contracts/event-log.ts'
import { describeWith, findSharedKafka } from '../real-services.ts'

const PARTITIONS = 4

describeWith('a rebalance of a real Kafka', await findSharedKafka(), ({ brokers }) => {
  test('tells where a partition stands only when who had it has let go', async () => {
    const connection = { brokers, clientId: 'flipside-test', connectionTimeout: 2_500 }
    const topic = `test.${randomUUID()}`
    const group = `test-${randomUUID()}`
    await createTopics({ ...connection, topics: [{ topic, partitions: PARTITIONS }] })
    const sender = openKafkaSender(connection)
    await sender.send(
      topic,
      Array.from({ length: 40 }, (_, i) => ({ key: `k${i}`, value: `${i}` }))
    )
    const begun = { offset: 0, metadata: JSON.stringify({ first: 0, last: 1, epoch: 0 }) }
    const assigned: { partition: number; committed: Committed | undefined }[] = []
    const first = await openKafkaConsumer({ ...connection, group })
    const reading = first.run([topic], {
      async assigned({ partition }, committed) {
        assigned.push({ partition, committed })
        return 0
      },
      async records() {},
      // A block whose intent is still on its way when the group is shared out anew.
      async released(at) {
        await wait(300)
        await first.commit(at, begun).catch(() => undefined)
      }
    })
    await expect.poll(() => assigned.length, { timeout: 30_000 }).toBe(PARTITIONS)
    const second = await openKafkaConsumer({ ...connection, group })
    const other = second.run([topic], { assigned: async () => 0, async records() {} })
    await expect.poll(() => assigned.length, { timeout: 30_000 }).toBeGreaterThan(PARTITIONS)
    await Promise.all([first.close(), second.close(), sender.close()])
    await Promise.all([reading, other])
    expect(assigned.slice(PARTITIONS).map(({ committed }) => committed)).toContainEqual(begun)
    expect(assigned.slice(PARTITIONS).filter(({ committed }) => !committed)).toEqual([])
  })
})
