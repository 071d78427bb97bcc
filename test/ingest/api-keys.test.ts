import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addChanged, openKeyStore } from '../../api/key-store.ts'
import { createKeyRing, hashKey } from '../../api/keys.ts'
import { startRedis, type RedisServer } from '../../embedded/redis.ts'
import { applyKeyEvents, keyChanges } from '../../ingest/api-keys.ts'
import { rebuildKeys } from '../../jobs/keys.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { EventOf, ShopEvent } from '../../models/contracts/events.ts'
import { openShop, type OpenShop } from './open-shop.ts'

const config = readConfig({})
let server: RedisServer
let redis: Redis
let shop: OpenShop
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  shop = await openShop()
})
afterAll(async () => {
  redis.disconnect()
  await Promise.all([server.close(), shop.close()])
})
beforeEach(async () => void (await redis.flushall()))

let made = 0
const envelope = (occurred_at: string) => ({
  event_id: `0198c0de-0000-7000-8000-${String(++made).padStart(12, '0')}`,
  occurred_at
})
const issued = (key_id: string, fields: Partial<EventOf<'api_key_issued'>> = {}): ShopEvent => ({
  type: 'api_key_issued',
  ...envelope('2026-01-31T12:00:00.000Z'),
  key_id,
  key_hash: hashKey(`key ${key_id}`),
  scope: 'server',
  label: `of ${key_id}`,
  ...fields
})
const revoked = (key_id: string): ShopEvent => ({
  type: 'api_key_revoked',
  ...envelope('2026-01-31T13:00:00.000Z'),
  key_id
})

/** As an API process that starts now would have them. */
async function loadRing() {
  const ring = createKeyRing(config)
  await addChanged(ring, openKeyStore(redis), undefined)
  return ring
}
const history = [
  issued('a', { events_per_second: 7, expires_at: '2027-01-01T00:00:00.000Z' }),
  issued('b'),
  revoked('b'),
  issued('c', { scope: 'browser' })
]
const listed = [
  {
    key_id: 'a',
    scope: 'server',
    label: 'of a',
    events_per_second: 7,
    expires_at: '2027-01-01T00:00:00.000Z'
  },
  { key_id: 'b', revoked_at: '2026-01-31T13:00:00.000Z', expires_at: null },
  { key_id: 'c', scope: 'browser', events_per_second: null, issued_at: '2026-01-31T12:00:00.000Z' }
]
const byId = (a: { key_id: string }, b: { key_id: string }) => (a.key_id < b.key_id ? -1 : 1)

test('the events used here are such as the log holds', () => {
  for (const event of history) expect(checkEvent(event)).toMatchObject({ ok: true })
})

test('only events about keys change keys', () => {
  const view: ShopEvent = { type: 'product_viewed', ...envelope('2026-01-31T12:00:00Z'), product_id: 'p' }
  expect(keyChanges([view])).toEqual([])
  expect(keyChanges(history).map(({ kind }) => kind)).toEqual(['issued', 'issued', 'revoked', 'issued'])
})

test('in whatever order and however often events come, the API ends up with the same keys', async () => {
  const order = fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 })
  await fc.assert(
    fc.asyncProperty(order, fc.integer({ min: 1, max: 8 }), async (events, cut) => {
      await redis.flushall()
      await applyKeyEvents(redis, events.slice(0, cut))
      await applyKeyEvents(redis, events.slice(cut))
      const ring = await loadRing()
      expect(ring.list({}).toSorted(byId)).toMatchObject(listed)
      expect(['a', 'b', 'c'].map((id) => ring.find(`key ${id}`, 0)?.key_id)).toEqual(['a', undefined, 'c'])
    }),
    { seed: 4, numRuns: 40 }
  )
})

test('a running API reads again only after a change, and keeps its keys when the store has lost them', async () => {
  const ring = createKeyRing(config)
  const store = openKeyStore(redis)
  let reads = 0
  const counted = { ...store, readFacts: () => (reads++, store.readFacts()) }
  await applyKeyEvents(redis, [issued('a')])
  const first = await addChanged(ring, counted, undefined)
  const second = await addChanged(ring, counted, first)
  expect([reads, second]).toEqual([1, first])
  await redis.flushall()
  await applyKeyEvents(redis, [issued('d')])
  await addChanged(ring, counted, await addChanged(ring, counted, second))
  expect(reads).toBe(2)
  expect(['a', 'd'].map((id) => ring.find(`key ${id}`, 0)?.key_id)).toEqual(['a', 'd'])
})

test('last uses reach the store, and every process reads them there', async () => {
  await applyKeyEvents(redis, history)
  const store = openKeyStore(redis)
  const ring = await loadRing()
  ring.find('key a', Date.parse('2026-02-01T00:00:00Z'))
  await store.writeUses(ring.takeUses())
  await store.writeUses(ring.takeUses())
  const other = await loadRing()
  const [first] = other.list(await store.readUses()).toSorted(byId)
  expect(first).toMatchObject({ key_id: 'a', last_used_at: '2026-02-01T00:00:00.000Z' })
})

test('a store that lost its keys gets the same ones from the warehouse', async () => {
  await shop.store('flipside.operations', history)
  await applyKeyEvents(redis, history)
  const before = (await loadRing()).list({}).toSorted(byId)
  await redis.flushall()
  expect((await loadRing()).list({})).toEqual([])
  await rebuildKeys({
    clickhouse: shop.clickhouse,
    redis,
    config,
    progress: () => {},
    sendEvents: async () => {}
  })
  expect((await loadRing()).list({}).toSorted(byId)).toEqual(before)
  expect((await loadRing()).find('key c', 0)).toMatchObject({ scope: 'browser' })
})
