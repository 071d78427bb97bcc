import { afterAll, beforeAll, expect, it } from 'vitest'
import { publishSessions } from '../../jobs/sessions.ts'
import { unpackSessions } from '../../models/contracts/served-sessions.ts'
import { CURRENT_KEY, servedKey, WORK_IDS_FIELD } from '../../models/contracts/served.ts'
import { sessionSettings } from '../../models/recommend/settings.ts'
import { eventOf } from '../ingest/profile-events.ts'
import { openWarehouseShop, type WarehouseShop } from '../ingest/warehouse-shop.ts'

let shop: WarehouseShop
beforeAll(async () => {
  shop = await openWarehouseShop()
})
afterAll(() => shop.close())

const guest = { anonymous_id: 'g' }
const publishAll = () => publishSessions({ ...shop, progress: () => {} })
const look = (minute: number, session_id: string, product_id: string, fields: object = {}) =>
  eventOf(minute, { type: 'product_viewed', session_id, product_id, ...guest, ...fields })
const upserted = (product_id: string, work_id = product_id) =>
  eventOf(0, {
    type: 'product_upserted',
    product_id,
    work_id,
    title: product_id,
    price: '5',
    currency: 'GBP',
    attributes: {}
  })
const DAY = 1_440

async function published(): Promise<string[][]> {
  const version = (await shop.redis.hget(CURRENT_KEY, 'sessions')) ?? ''
  const records = await shop.redis.hgetallBuffer(servedKey('sessions', version))
  const ids = JSON.parse(String(records[WORK_IDS_FIELD])) as string[]
  return unpackSessions(records['0'] ?? Buffer.of()).map((works) => Array.from(works, (at) => ids[at] ?? ''))
}

it('publishes an empty shop as no sessions', async () => {
  expect((await publishAll()).detail).toBe('0 sessions on 0 works')
  expect(await published()).toEqual([])
})

it('publishes works in the order in which each first came up, the latest session first', async () => {
  await shop.send(upserted('cd', 'album'), upserted('lp', 'album'), upserted('film'), upserted('game'))
  await shop.send(
    look(20, 'morning', 'film'),
    look(21, 'morning', 'lp'),
    look(22, 'morning', 'film'),
    look(23, 'morning', 'game', { type: 'cart_added', quantity: 1 }),
    look(30, 'noon', 'game'),
    look(31, 'noon', 'film')
  )
  expect((await publishAll()).detail).toBe('2 sessions on 3 works')
  expect(await published()).toEqual([
    ['game', 'film'],
    ['film', 'album', 'game']
  ])
})

it('leaves out one work alone, programs, strangers to the catalogue, what is in no session, and last month', async () => {
  const before = await published()
  expect(before).toHaveLength(2)
  await shop.send(upserted('gone'), eventOf(1, { type: 'product_retired', product_id: 'gone' }))
  await shop.send(
    look(40, 'editions', 'cd'),
    look(41, 'editions', 'lp'),
    ...['film', 'game'].map((id) => look(42, 'program', id, { is_bot: true })),
    ...['film', 'unknown'].map((id) => look(43, 'unknown', id)),
    ...['film', 'gone'].map((id) => look(44, 'retired', id)),
    ...['film', 'game'].map((id) => look(45, 'unnamed', id, { session_id: undefined })),
    ...['film', 'game'].map((id) => look(-31 * DAY, 'last month', id)),
    look(46, 'search', 'film', { type: 'searched', query: 'film', result_count: 1, product_id: undefined })
  )
  expect(await shop.rows('SELECT body FROM raw.rejected')).toEqual([])
  await publishAll()
  expect(await published()).toEqual(before)
})

it('hears of one visitor so many sessions and no more, the latest', async () => {
  const before = await published()
  const { visitorSessionsMax } = sessionSettings
  const flood = Array.from({ length: visitorSessionsMax + 5 }, (_, i) =>
    ['film', i < 5 ? 'lp' : 'game'].map((id, at) =>
      look(50 + at, `flood ${i}`, id, { anonymous_id: 'flood' })
    )
  )
  await shop.send(...flood.flat())
  expect((await publishAll()).detail).toContain(`${before.length + visitorSessionsMax} sessions`)
})

it('names nobody', async () => {
  const version = (await shop.redis.hget(CURRENT_KEY, 'sessions')) ?? ''
  const bytes = JSON.stringify(await shop.redis.hgetall(servedKey('sessions', version)))
  for (const name of ['morning', 'noon', 'anonymous', '"g"']) expect(bytes).not.toContain(name)
})
