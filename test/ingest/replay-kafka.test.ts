import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createTopics, readKafkaEnds } from '../../ingest/kafka-admin.ts'
import { openKafkaSender } from '../../ingest/kafka-sender.ts'
import { openKafkaConsumer } from '../../ingest/kafka.ts'
import { holdGroup } from '../../ingest/replay/hold-group.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { kafkaConnection } from '../../models/contracts/kafka-connection.ts'
import { describeWith, findSharedKafka } from '../real-services.ts'

const shared = await findSharedKafka()

describeWith('a replay from a real Kafka', shared, ({ brokers }) => {
  const connection = kafkaConnection(readConfig({ KAFKA_BROKERS: brokers.join(',') }), readFileSync)
  if (!connection) throw new Error('no KAFKA_BROKERS')

  test('reads a range of one partition, keeps ingest out meanwhile, and commits nothing', async () => {
    const [topic, group] = [`test.${randomUUID()}`, `test.${randomUUID()}`]
    await createTopics({ ...connection, topics: [{ topic, partitions: 2 }] })
    const sender = openKafkaSender(connection)
    await sender.send(
      topic,
      Array.from({ length: 20 }, (_, i) => ({ key: 'k', value: String(i) }))
    )
    await sender.close()
    const ends = await readKafkaEnds({ ...connection, topics: [topic] })
    const partition = ends.find(({ end }) => end === 20)?.partition ?? -1

    const held = await holdGroup(await openKafkaConsumer({ ...connection, group, exclusive: true }), ends)
    const values: string[] = []
    await held.read({ topic, partition, first: 5, last: 9 }, async (records) => {
      values.push(...records.map(({ value }) => String(value)))
    })
    expect(values).toEqual(['5', '6', '7', '8', '9'])
    const ingest = await openKafkaConsumer({ ...connection, group })
    const handlers = { assigned: async () => 0, records: async () => {} }
    await expect(ingest.run([topic], handlers)).rejects.toThrow(/protocols are incompatible/)
    await ingest.close()
    await held.release()

    const next = await openKafkaConsumer({ ...connection, group })
    const committed = Promise.withResolvers<unknown>()
    const running = next.run([topic], {
      ...handlers,
      assigned: async (_, known) => {
        committed.resolve(known)
        return 0
      }
    })
    expect(await committed.promise).toBeUndefined()
    const second = await openKafkaConsumer({ ...connection, group, exclusive: true })
    await expect(holdGroup(second, ends)).rejects.toThrow(/protocols are incompatible/)
    await next.close()
    await running
  })
})
