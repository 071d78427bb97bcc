import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigResourceTypes } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openKafkaSender } from '../../api/kafka.ts'
import { openKafkaConsumer } from '../../ingest/kafka.ts'
import { connectAdmin, createTopics, readKafkaEnds } from '../../ingest/kafka-admin.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { kafkaConnection, type KafkaConnection } from '../../models/contracts/kafka-connection.ts'
import { findFreePorts } from '../free-ports.ts'
import type { SecuredListeners } from '../kafka-server.ts'
import { describeWith, findSharedKafka } from '../real-services.ts'

const DAY_MS = 86_400_000

/** From the environment on, as an entry does it. */
function connect(environment: Record<string, string>): KafkaConnection {
  const connection = kafkaConnection(readConfig(environment), readFileSync)
  if (!connection) throw new Error('no KAFKA_BROKERS')
  return connection
}

const shared = await findSharedKafka()

describeWith('topics of a real Kafka', shared, ({ brokers }) => {
  const connection = connect({ KAFKA_BROKERS: brokers.join(',') })
  const newTopic = () => `test.${randomUUID()}`

  test('are made with the partitions and settings that are asked for', async () => {
    const topic = newTopic()
    const wanted = { topic, partitions: 5, replication: 1, retentionDays: 30 }
    const made = await createTopics({ ...connection, topics: [wanted] })
    expect(made).toEqual({ created: [topic], different: [] })
    expect(await readKafkaEnds({ ...connection, topics: [topic] })).toHaveLength(5)
    expect(await readSettings(topic)).toMatchObject({
      'retention.ms': String(30 * DAY_MS),
      'cleanup.policy': 'delete',
      'max.message.bytes': '1048588'
    })
  })

  test('keep the partitions that they have, and say when others were asked for', async () => {
    const [old, same, later] = [newTopic(), newTopic(), newTopic()]
    const both = [
      { topic: old, partitions: 2, retentionDays: 1 },
      { topic: same, partitions: 3 }
    ]
    await createTopics({ ...connection, topics: both })
    const again = [old, same, later].map((topic) => ({ topic, partitions: 3, retentionDays: 9 }))
    expect(await createTopics({ ...connection, topics: again })).toEqual({
      created: [later],
      different: [{ topic: old, partitions: 2, wanted: 3 }]
    })
    expect((await readSettings(old))['retention.ms']).toBe(String(DAY_MS))
  })

  test('may be made by several processes at once', async () => {
    const wanted = Array.from({ length: 4 }, () => ({ topic: newTopic(), partitions: 3 }))
    const makers = Array.from({ length: 3 }, () => createTopics({ ...connection, topics: wanted }))
    await Promise.all(makers)
    const ends = await readKafkaEnds({ ...connection, topics: wanted.map(({ topic }) => topic) })
    expect(ends).toHaveLength(12)
  })

  test('can be written and read as soon as they are made', async () => {
    for (let round = 0; round < 2; round++) {
      const wanted = Array.from({ length: 8 }, () => ({ topic: newTopic(), partitions: 12 }))
      await createTopics({ ...connection, topics: wanted })
      await sendAndRead(
        connection,
        wanted.map(({ topic }) => topic)
      )
    }
  })

  async function readSettings(topic: string): Promise<Record<string, string>> {
    const admin = await connectAdmin(connection)
    try {
      const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic }]
      const described = await admin.describeConfigs({ resources, includeSynonyms: false })
      const entries = described.resources.flatMap(({ configEntries }) => configEntries)
      return Object.fromEntries(entries.map((entry) => [entry.configName, entry.configValue]))
    } finally {
      await admin.disconnect()
    }
  }
})

describeWith(
  'a Kafka that asks for TLS or a login',
  'missing' in shared
    ? shared
    : (shared.secured ?? { missing: 'KAFKA_TEST_BROKERS names no such listeners' }),
  (secured: SecuredListeners) => {
    const dir = join(tmpdir(), `flipside-kafka-test-${randomUUID()}`)
    const caFile = join(dir, 'ca.pem')
    beforeAll(() => {
      mkdirSync(dir)
      writeFileSync(caFile, secured.caPem)
    })
    afterAll(() => rmSync(dir, { recursive: true, force: true }))
    const tls = { KAFKA_TLS: 'true', KAFKA_CA_FILE: caFile }
    const login = { KAFKA_USERNAME: secured.username, KAFKA_PASSWORD: secured.password }
    const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512']

    test('is written and read over TLS', async () => {
      await useTopic({ KAFKA_BROKERS: secured.tls, ...tls })
    })

    test.each(mechanisms)('is written and read with a login by %s', async (mechanism) => {
      await useTopic({ KAFKA_BROKERS: secured.login, KAFKA_SASL_MECHANISM: mechanism, ...login })
    })

    test.each(mechanisms)('is written and read over TLS with a login by %s', async (mechanism) => {
      await useTopic({
        KAFKA_BROKERS: secured.tlsAndLogin,
        KAFKA_SASL_MECHANISM: mechanism,
        ...tls,
        ...login
      })
    })

    test.each(mechanisms)('says of a wrong password that it is wrong: %s', async (mechanism) => {
      const wrong = { ...tls, ...login, KAFKA_PASSWORD: 'wrong', KAFKA_SASL_MECHANISM: mechanism }
      const connection = connect({ KAFKA_BROKERS: secured.tlsAndLogin, ...wrong })
      await expectRefused(connection, /Authentication failed/i)
    })

    test('says of a certificate that its authority is unknown', async () => {
      await expectRefused(
        connect({ KAFKA_BROKERS: secured.tls, KAFKA_TLS: 'true' }),
        /self-signed certificate/
      )
    })

    test('refuses who comes without a login or without TLS', async () => {
      await expectRefused(
        connect({ KAFKA_BROKERS: secured.tlsAndLogin, ...tls }),
        /may ask for KAFKA_SASL_MECHANISM/
      )
      await expectRefused(connect({ KAFKA_BROKERS: secured.tls }), /may ask for KAFKA_TLS/)
    })
  }
)

describe('a Kafka that cannot be reached', () => {
  test('is named in the error where nobody listens', async () => {
    const [port = 0] = await findFreePorts(1)
    const broker = `127.0.0.1:${port}`
    await expectRefused(connect({ KAFKA_BROKERS: broker }), new RegExp(`ECONNREFUSED ${broker}`))
  })

  test('is given up in time where somebody listens who says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    await expectRefused(
      connect({ KAFKA_BROKERS: `127.0.0.1:${port}` }),
      /does not answer|not connected|in time/
    )
    silent.close()
  })
})

async function useTopic(environment: Record<string, string>): Promise<void> {
  const connection = connect(environment)
  const topic = `test.${randomUUID()}`
  await createTopics({ ...connection, topics: [{ topic, partitions: 2 }] })
  await sendAndRead(connection, [topic])
  expect(await readKafkaEnds({ ...connection, topics: [topic] })).toHaveLength(2)
}

/** One message to each topic, and all of them back in a group of their own. */
async function sendAndRead(connection: KafkaConnection, topics: string[]): Promise<void> {
  const sender = await openKafkaSender(connection)
  await Promise.all(topics.map((topic) => sender.send(topic, [{ key: 'k', value: topic }])))
  await sender.close()
  const consumer = await openKafkaConsumer({ ...connection, group: `test-${randomUUID()}` })
  const seen: string[] = []
  const all = Promise.withResolvers<void>()
  const done = consumer.run(topics, {
    assigned: async () => 0,
    async records(_, records) {
      seen.push(...records.map(({ value }) => value.toString()))
      if (seen.length === topics.length) all.resolve()
    }
  })
  await Promise.race([all.promise, done])
  await consumer.close()
  expect(seen.toSorted()).toEqual(topics.toSorted())
}

/** Neither side may wait for ever, or say less than what is wrong. */
async function expectRefused(connection: KafkaConnection, reason: RegExp): Promise<void> {
  const options = { ...connection, group: 'test-refused' }
  const unreachable = Promise.withResolvers<Error>()
  const sender = await openKafkaSender(connection, unreachable.resolve)
  const sending = sender.send('test.refused', [{ key: null, value: '' }])
  await Promise.all([
    expect(openKafkaConsumer(options)).rejects.toThrow(reason),
    expect(createTopics({ ...connection, topics: [] })).rejects.toThrow(reason),
    expect(sending).rejects.toThrow(reason),
    expect(unreachable.promise).resolves.toMatchObject({ message: expect.stringMatching(reason) })
  ])
  await sender.close()
}
