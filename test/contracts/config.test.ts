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

describe('ALERT_WEBHOOK_URL', () => {
  const secret = 'sixteen letters.'
  it.each([
    ['https://shop.example/hook', undefined, 'needs an ALERT_WEBHOOK_SECRET of at least 16 characters'],
    [
      'https://shop.example/hook',
      'fifteen letters',
      'needs an ALERT_WEBHOOK_SECRET of at least 16 characters'
    ],
    ['shop.example/hook', secret, 'must be an address that begins with'],
    ['file:///etc/passwd', secret, 'must be an address that begins with'],
    ['https://user:hidden@shop.example', secret, 'may not hold a user or a password']
  ])('%s with %s is refused: %s', (ALERT_WEBHOOK_URL, ALERT_WEBHOOK_SECRET, reason) => {
    const read = () => readConfig({ ALERT_WEBHOOK_URL, ALERT_WEBHOOK_SECRET })
    expect(read).toThrow(reason)
    expect(read).not.toThrow(/fifteen|hidden|etc/)
  })

  it('is taken with a secret, over http too', () => {
    const given = { ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/hook', ALERT_WEBHOOK_SECRET: secret }
    expect(readConfig(given)).toMatchObject(given)
  })
})
