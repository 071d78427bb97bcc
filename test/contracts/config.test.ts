import { describe, expect, it } from 'vitest'
import { parseAnalysts } from '../../models/contracts/analysts.ts'
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

describe('ANALYSTS', () => {
  it.each([
    ['ana', 'entry 1 is not name:password'],
    ['ana:a,', 'entry 2 is not name:password'],
    ['ana:', 'ana has no password'],
    ['9ana:a', '9ana needs a name of letters'],
    ["a'b:c", 'needs a name of letters'],
    ['ana:a,ana:b', 'ana is named twice'],
    ['default:a', 'default is the user of the pipeline itself'],
    ['shop:a', 'shop is the user of the pipeline itself']
  ])('%s is refused: %s', (ANALYSTS, reason) => {
    expect(() => readConfig({ ANALYSTS, CLICKHOUSE_USER: 'shop' })).toThrow('ANALYSTS: ')
    expect(() => readConfig({ ANALYSTS, CLICKHOUSE_USER: 'shop' })).toThrow(reason)
  })

  it('takes passwords with colons, and tells none', () => {
    expect(parseAnalysts('ana:a:b, bob:c d')).toEqual({
      ok: true,
      analysts: [
        { name: 'ana', password: 'a:b' },
        { name: 'bob', password: 'c d' }
      ]
    })
    expect(JSON.stringify(parseAnalysts('ana:secret,ana:secret'))).not.toContain('secret')
  })
})
