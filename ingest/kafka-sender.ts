import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import type { EventSender } from '../models/contracts/event-log.ts'
import { explainRefusal, type KafkaConnection } from '../models/contracts/kafka-connection.ts'

/** A broker that takes nothing is told of within about 10 s. */
const TIMES = { connectionTimeout: 3_000, requestTimeout: 5_000 }
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 }

/**
 * Sends the little that ingest has to say, at least once: whoever reads it knows repeats by their place or `event_id`.
 * The collector's sender is made for many events in order, each once.
 */
export function openKafkaSender(connection: KafkaConnection): EventSender {
  const kafka = new Kafka({ ...connection, ...TIMES, logLevel: logLevel.NOTHING, retry: RETRY })
  let connecting: Promise<Producer> | undefined

  async function connect(): Promise<Producer> {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner
    })
    await producer.connect()
    return producer
  }

  return {
    async send(topic, messages) {
      if (messages.length === 0) return
      try {
        connecting ??= connect()
        const producer = await connecting
        await producer.send({ topic, messages, acks: -1 })
      } catch (error) {
        const failed = connecting
        connecting = undefined
        failed?.then((producer) => producer.disconnect()).catch(() => undefined)
        throw explainRefusal(error, connection)
      }
    },
    async close() {
      const producer = await connecting?.catch(() => undefined)
      await producer?.disconnect()
    }
  }
}
