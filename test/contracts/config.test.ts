import { expect, it } from 'vitest'
import { readConfig } from '../../models/contracts/config.ts'

it('needs no setting at all', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ PORT: 8080, HOST: '127.0.0.1', DATA_DIR: '.data' })
  expect(
    config.CLICKHOUSE_URL ?? config.REDIS_URL ?? config.KAFKA_BROKERS ?? config.SERVER_KEY
  ).toBeUndefined()
})

it('takes numbers from text, and an empty setting as unset', () => {
  expect(readConfig({ PORT: '9', REDIS_URL: '', OTHER: 'x' })).toMatchObject({ PORT: 9 })
})

it('names every wrong setting at once', () => {
  expect(() => readConfig({ PORT: 'many', LOG_LEVEL: 'loud' })).toThrow(/PORT.*LOG_LEVEL/)
})
