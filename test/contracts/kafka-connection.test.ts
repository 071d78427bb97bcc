import { expect, it } from 'vitest'
import { readConfig } from '../../models/contracts/config.ts'
import { explainRefusal, kafkaConnection } from '../../models/contracts/kafka-connection.ts'

const login = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'shop', KAFKA_PASSWORD: 'p' }
const connectionOf = (environment: Record<string, string>) =>
  kafkaConnection(readConfig({ KAFKA_BROKERS: 'a:1', ...environment }), (path) => `text of ${path}`)

it('is none without brokers: then the log is the embedded one', () => {
  expect(connectionOf({ KAFKA_BROKERS: '' })).toBeUndefined()
})

it('takes several brokers, with spaces or a comma too many', () => {
  expect(connectionOf({ KAFKA_BROKERS: 'a:1, b:2,' })?.brokers).toEqual(['a:1', 'b:2'])
})

it('has neither TLS nor a login unless they are set', () => {
  const plain = connectionOf({ KAFKA_TLS: 'false' })
  expect([plain?.ssl, plain?.sasl]).toEqual([undefined, undefined])
  expect(connectionOf({ KAFKA_TLS: 'true' })?.ssl).toBe(true)
  expect(connectionOf({ KAFKA_TLS: 'true', KAFKA_CA_FILE: '/ca.pem' })?.ssl).toEqual({
    ca: 'text of /ca.pem'
  })
  expect(connectionOf(login)?.sasl).toEqual({ mechanism: 'scram-sha-512', username: 'shop', password: 'p' })
})

it.each([
  [{ ...login, KAFKA_USERNAME: '' }, 'KAFKA_SASL_MECHANISM and KAFKA_PASSWORD must come with KAFKA_USERNAME'],
  [
    { ...login, KAFKA_SASL_MECHANISM: '' },
    'KAFKA_USERNAME and KAFKA_PASSWORD must come with KAFKA_SASL_MECHANISM'
  ],
  [{ KAFKA_CA_FILE: '/ca.pem' }, 'KAFKA_CA_FILE needs KAFKA_TLS=true'],
  [{ KAFKA_SASL_MECHANISM: 'gssapi' }, 'KAFKA_SASL_MECHANISM'],
  [{ KAFKA_TLS: 'perhaps' }, 'KAFKA_TLS'],
  [{ KAFKA_PARTITIONS: '0' }, 'KAFKA_PARTITIONS']
])('refuses %j: %s', (environment, problem) => {
  expect(() => connectionOf(environment)).toThrow(`Wrong settings in the environment: ${problem}`)
})

it('says of a connection that was closed what may be missing, and leaves other errors alone', () => {
  const closed = new Error('Closed connection')
  const connection = { brokers: [], clientId: '', connectionTimeout: 1 }
  expect(explainRefusal(closed, connection)).toMatchObject({
    message: 'Kafka closed the connection: it may ask for KAFKA_TLS or KAFKA_SASL_MECHANISM',
    cause: closed
  })
  const sasl = { mechanism: 'plain' as const, username: '', password: '' }
  expect(explainRefusal(closed, { ...connection, ssl: true, sasl })).toBe(closed)
  const other = new Error('other')
  expect(explainRefusal(other, connection)).toBe(other)
})
