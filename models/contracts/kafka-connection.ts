import type { Config } from './config.ts'

/** How Kafka is reached, as kafkajs takes it. */
export type KafkaConnection = {
  brokers: string[]
  clientId: string
  connectionTimeout: number
  ssl?: boolean | { ca: string }
  sasl?: { [M in Mechanism]: { mechanism: M; username: string; password: string } }[Mechanism]
}
type Mechanism = NonNullable<Config['KAFKA_SASL_MECHANISM']>

/** One attempt at one broker; with three of them a broker that is not there is told of within 10 s. */
const CONNECTION_TIMEOUT_MS = 2_500

/** The Kafka of this configuration; undefined means the embedded log. Only an entry may read the authority's file. */
export function kafkaConnection(
  config: Config,
  readFile: (path: string, encoding: 'utf8') => string
): KafkaConnection | undefined {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = config
  const brokers = config.KAFKA_BROKERS?.split(',').map((broker) => broker.trim())
  if (!brokers) return undefined
  const ssl = config.KAFKA_CA_FILE ? { ca: readFile(config.KAFKA_CA_FILE, 'utf8') } : true
  return {
    brokers: brokers.filter((broker) => broker !== ''),
    clientId: config.KAFKA_CLIENT_ID,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    ...(config.KAFKA_TLS && { ssl }),
    ...(mechanism && { sasl: { mechanism, username: username ?? '', password: password ?? '' } })
  }
}

/** A broker that asks for TLS or a login only hangs up on whoever comes without: what may be missing is said here. */
export function explainRefusal(error: unknown, { ssl, sasl }: KafkaConnection): Error {
  const missing = [...(ssl ? [] : ['KAFKA_TLS']), ...(sasl ? [] : ['KAFKA_SASL_MECHANISM'])]
  if (!(error instanceof Error)) return new Error(String(error))
  if (error.message !== 'Closed connection' || missing.length === 0) return error
  const message = `Kafka closed the connection: it may ask for ${missing.join(' or ')}`
  return new Error(message, { cause: error })
}
