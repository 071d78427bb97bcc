import type { Logger } from 'pino'
import type { EventConsumer } from '../models/contracts/event-log.ts'
import type { KafkaConnection } from '../models/contracts/kafka-connection.ts'

/** Joins a consumer group of Kafka; its client is loaded only where there is one. */
export async function joinKafka(kafka: KafkaConnection, group: string, log: Logger): Promise<EventConsumer> {
  const { openKafkaConsumer } = await import('./kafka.ts')
  const interrupted = ({ message: error }: Error) =>
    log.warn({ group, error }, 'Kafka is interrupted, will try again')
  return openKafkaConsumer({ ...kafka, group, interrupted })
}
