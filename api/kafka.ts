import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs'
import type { EventSender, LogMessage } from '../models/contracts/event-log.ts'

/** With these a send that no broker takes is refused within about 10 s, so that its sender can hear of it. */
const CONNECTION_TIMEOUT_MS = 3_000
const REQUEST_TIMEOUT_MS = 5_000
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 }
const SEND_TIMEOUT_MS = 10_000

/** Sends to Kafka: acknowledged by all replicas, once each, in the order of the sends. */
export async function openKafkaSender(options: {
  brokers: string[]
  clientId: string
}): Promise<EventSender> {
  const kafka = new Kafka({
    ...options,
    logLevel: logLevel.NOTHING,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY
  })
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: RETRY
  })
  await producer.connect()
  return {
    async send(topic: string, messages: LogMessage[]): Promise<void> {
      if (messages.length === 0) return
      await withTimeout(producer.send({ topic, messages, acks: -1, compression: CompressionTypes.None }))
    },
    close: () => producer.disconnect()
  }
}

/** kafkajs may retry on past its own limits while it looks for a leader. */
async function withTimeout(sending: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('Kafka did not answer in time')), SEND_TIMEOUT_MS)
  try {
    await Promise.race([sending, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
