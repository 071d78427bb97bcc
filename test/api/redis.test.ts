import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openServingStore, type ServingStore } from '../../api/redis.ts'
import { emptyServing, loadChanged } from '../../api/serving.ts'
import { startRedis } from '../../embedded/redis.ts'
import {
  CURRENT_KEY,
  factsKey,
  hiddenKey,
  ownedKey,
  recentKey,
  servedKey
} from '../../models/contracts/served.ts'
import { product } from './fakes.ts'

let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
let store: ServingStore
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  store = openServingStore(server.url)
  await vi.waitFor(() => store.ping(), { timeout: 20_000 })
})
afterAll(async () => {
  store.close()
  redis.disconnect()
  await server.close()
})

test('reads a profile, newest first, and an empty one of a visitor whom nobody knows', async () => {
  await redis.zadd(recentKey('u:7'), 1, 'old', 3, 'new')
  await redis.zadd(ownedKey('u:7'), 2, 'bought')
  await redis.zadd(hiddenKey('u:7'), 2, 'unwanted')
  await redis.hset(factsKey('u:7'), { tier: 'gold', personalisation: '1' })
  expect(await store.readProfile('u:7')).toEqual({
    recent: [
      { product_id: 'new', at_ms: 3 },
      { product_id: 'old', at_ms: 1 }
    ],
    bought: [{ product_id: 'bought', at_ms: 2 }],
    owned: ['bought'],
    hidden: ['unwanted']
  })
  expect(await store.readProfile('a:nobody')).toEqual(nothing)
})
const nothing = { recent: [], bought: [], owned: [], hidden: [] }

test('the profile of a customer who refuses its use is as good as none', async () => {
  await redis.zadd(recentKey('u:10'), 1, 'old')
  await redis.zadd(ownedKey('u:10'), 2, 'bought')
  await redis.hset(factsKey('u:10'), { personalisation: '0' })
  expect(await store.readProfile('u:10')).toEqual(nothing)
})

test('of a customer who owns thousands all ids come, but times of the newest only', async () => {
  for (let i = 0; i < 3_000; i++) void redis.zadd(ownedKey('u:8'), i, `p${i}`)
  await redis.ping()
  const { bought, owned } = await store.readProfile('u:8')
  expect(owned).toHaveLength(3_000)
  expect(bought).toHaveLength(50)
  expect(bought[0]).toEqual({ product_id: 'p2999', at_ms: 2_999 })
})

test('loads a published catalogue of many chunks', async () => {
  const records = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, i) => [`p${i}`, JSON.stringify(product(`p${i}`))])
  )
  await redis.hset(servedKey('products', 'v1'), records)
  await redis.hset(CURRENT_KEY, 'products', 'v1')
  const serving = emptyServing()
  await loadChanged(serving, store)
  expect(serving.products.byId.size).toBe(5_000)
})

test('a profile that is no profile is an error and not an empty answer', async () => {
  await redis.set(recentKey('u:9'), 'text')
  await expect(store.readProfile('u:9')).rejects.toThrow('WRONGTYPE')
})
