import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openLogConsumer, openLogSender } from '../../embedded/log.ts'
import { startRedis, type RedisServer } from '../../embedded/redis.ts'
import { openPeople } from '../../ingest/erased-people.ts'
import { retryForEver } from '../../ingest/retry.ts'
import { keepServing, SERVING_GROUP, updateServing } from '../../ingest/serving.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { factsKey, hiddenKey, ownedKey, recentKey } from '../../models/contracts/served.ts'
import {
  cancelled,
  consented,
  disliked,
  erased,
  eventOf,
  loggedIn,
  msOf,
  placed,
  readAll,
  recordsOf,
  refunded,
  rented,
  returned,
  tierSet,
  viewed,
  withGift
} from './profile-events.ts'

let server: RedisServer
let redis: Redis
beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
})
beforeEach(async () => void (await redis.flushall()))

let people = openPeople()
beforeEach(() => (people = openPeople()))
const tell = (...events: ShopEvent[]) => updateServing(recordsOf(events), { redis, people })
const recent = (visitor: string) => redis.zrevrange(recentKey(visitor), 0, -1)
const owned = (visitor: string) => redis.zrevrange(ownedKey(visitor), 0, -1)

const ann = { user_id: 'ann' }
const guest = { anonymous_id: 'g' }

test('looks, clicks, wishes, carts and rentals are recent, newest first, and an order is owned', async () => {
  await tell(
    viewed(1, ann, 'a'),
    eventOf(2, { type: 'product_clicked', product_id: 'b', ...ann }),
    eventOf(3, { type: 'wishlist_added', product_id: 'c', ...ann }),
    eventOf(4, { type: 'cart_added', product_id: 'd', quantity: 1, ...ann }),
    rented(5, ann, 'e'),
    viewed(6, ann, 'a'),
    placed(7, ann, 'o', { x: 1, y: 2 })
  )
  expect(await recent('u:ann')).toEqual(['a', 'e', 'd', 'c', 'b'])
  expect((await owned('u:ann')).toSorted()).toEqual(['x', 'y'])
  expect(await redis.zscore(recentKey('u:ann'), 'a')).toBe(String(msOf(6)))
})

test('what is nobody’s, or no event, changes no profile', async () => {
  const { user_id: _, ...nobody } = { ...placed(1, ann, 'o', { x: 1 }), user_id: undefined }
  await tell(nobody)
  await updateServing([{ offset: 0, key: null, value: Buffer.from('{') }], { redis, people })
  expect(await redis.keys('*')).toEqual([])
})

test('a program has a profile like anybody else, since it harms nobody', async () => {
  await tell(eventOf(1, { type: 'product_viewed', product_id: 'a', is_bot: true, ...guest }))
  expect(await redis.keys('flipside:profile:*')).toHaveLength(1)
})

test('a gift is not owned by who bought it', async () => {
  await tell(withGift(placed(1, ann, 'o1', { own: 1, gift: 1 }), 'gift'))
  expect(await owned('u:ann')).toEqual(['own'])
})

test('what was given back in full is no longer owned, with or without its order’s number', async () => {
  await tell(placed(1, ann, 'o1', { a: 2, b: 1, c: 1, d: 1 }), placed(2, ann, 'o2', { e: 1 }))
  await tell(returned(3, ann, 'o1', { a: 1 }), refunded(4, ann, 'o1', { a: 1, b: 1 }))
  await tell(refunded(5, ann, 'credit note', { c: 1 }), cancelled(6, ann, 'o2'))
  expect((await owned('u:ann')).toSorted()).toEqual(['a', 'd'])
  await tell(refunded(7, ann, 'credit note 2', { a: 1 }), placed(8, ann, 'o3', { c: 1 }))
  expect((await owned('u:ann')).toSorted()).toEqual(['c', 'd'])
})

test('what a guest did up to the login is the customer’s, and what came later the guest’s', async () => {
  await tell(
    viewed(1, guest, 'a'),
    viewed(2, guest, 'b'),
    disliked(2, guest, 'h'),
    placed(3, guest, 'o', { x: 1 })
  )
  await tell(loggedIn(5, 'ann', 'g'))
  await tell(viewed(6, guest, 'a'), viewed(4, guest, 'late'))
  expect(await recent('u:ann')).toEqual(['late', 'b', 'a'])
  expect(await redis.zscore(recentKey('u:ann'), 'a')).toBe(String(msOf(1)))
  expect(await redis.zrange(hiddenKey('u:ann'), '0', '-1')).toEqual(['h'])
  expect(await owned('u:ann')).toEqual(['x'])
  expect(await recent('a:g')).toEqual(['a'])
  expect([await owned('a:g'), await redis.zrange(hiddenKey('a:g'), '0', '-1')]).toEqual([[], []])
})

test('a second person in the same browser does not get the first one’s history, whichever login is heard first', async () => {
  await tell(viewed(1, guest, 'a'), viewed(5, guest, 'b'))
  await tell(loggedIn(6, 'bob', 'g'))
  await tell(loggedIn(2, 'ann', 'g'))
  expect(await recent('u:ann')).toEqual(['a'])
  expect(await recent('u:bob')).toEqual(['b'])
})

test('the latest tier is known, and who refuses is not followed: nothing recent is kept', async () => {
  await tell(
    viewed(1, guest, 'a'),
    viewed(2, ann, 'b'),
    loggedIn(3, 'ann', 'g'),
    placed(3, ann, 'o', { x: 1 })
  )
  await tell(tierSet(5, 'ann', 'gold'), tierSet(4, 'ann', 'silver'), consented(6, 'ann', false))
  await tell(viewed(7, ann, 'c'), viewed(1, guest, 'late'))
  const all = JSON.stringify(await readAll(redis))
  for (const product of ['"a"', '"b"', '"c"', '\\na"', 'late']) expect(all).not.toContain(product)
  expect(await redis.hgetall(factsKey('u:ann'))).toEqual({ tier: 'gold', personalisation: '0' })
  await tell(consented(8, 'ann', true), viewed(7, ann, 'while refused'), viewed(9, ann, 'd'))
  expect(await recent('u:ann')).toEqual(['d'])
  expect(await redis.hgetall(factsKey('u:ann'))).toEqual({
    tier: 'gold',
    personalisation: '1',
    kept_from_ms: String(msOf(8))
  })
})

test('an erased customer leaves nothing, not even by what comes late, and the others in their browser stay', async () => {
  const bob = [viewed(5, guest, 'bobs'), loggedIn(6, 'bob', 'g')]
  await tell(...bob)
  const before = await readAll(redis)
  const own = { anonymous_id: 'own' }
  await tell(viewed(1, guest, 'a'), viewed(1, own, 'b'), viewed(2, ann, 'c'), placed(3, ann, 'o', { x: 1 }))
  await tell(loggedIn(3, 'ann', 'g'), loggedIn(3, 'ann', 'own'), tierSet(4, 'ann', 'gold'))
  await tell(erased(7, 'ann'), viewed(8, ann, 'd'))
  await tell(
    viewed(2, own, 'e'),
    placed(3, ann, 'o', { x: 1 }),
    loggedIn(3, 'ann', 'g'),
    viewed(2, guest, 'late')
  )
  const after = await readAll(redis)
  expect(JSON.stringify(after)).not.toMatch(/ann|own/)
  const withoutLogins = (all: object) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => key !== 'flipside:told:logins:a:g'))
  expect(await recent('u:bob')).toEqual(['bobs'])
  expect(Object.keys(withoutLogins(after))).toEqual(
    Object.keys(withoutLogins(before))
      .concat('flipside:told:recent:a:g')
      .filter((key, i, all) => all.indexOf(key) === i)
      .toSorted()
  )
})

test('whatever the order across topics, however often and in whatever pieces: the same profiles', async () => {
  const who = fc.constantFrom(
    { anonymous_id: 'g' },
    { anonymous_id: 'h' },
    { anonymous_id: 'cids' },
    { user_id: 'cid' },
    { user_id: 'ann' },
    { user_id: 'bob' }
  )
  const product = fc.constantFrom('p', 'q', 'r')
  const minute = fc.integer({ min: 1, max: 9 })
  const order = fc.constantFrom('o1', 'o2')
  const behaviour = fc.oneof(
    fc.tuple(minute, who, product).map((args) => viewed(...args)),
    fc.tuple(minute, who, product).map((args) => disliked(...args))
  )
  const lines = fc.dictionary(product, fc.integer({ min: 1, max: 2 }), { minKeys: 1 })
  const orders = fc.oneof(
    fc.tuple(minute, who, order, lines).map((args) => placed(...args)),
    fc.tuple(minute, who, order, lines).map((args) => refunded(...args)),
    fc.tuple(minute, who, order, lines).map((args) => returned(...args)),
    fc.tuple(minute, who, order).map((args) => cancelled(...args))
  )
  const customer = fc.constantFrom('ann', 'bob')
  const customers = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(minute, customer, fc.constantFrom('g', 'h')).map((args) => loggedIn(...args))
    },
    fc.tuple(minute, customer, fc.constantFrom('gold', 'silver')).map((args) => tierSet(...args)),
    // What was dropped because somebody refused does not come back. So nobody changes their mind here, and who refuses
    // shares no browser: a login that is heard of late could give some of it to somebody else.
    minute.map((at) => consented(at, 'cid', false)),
    minute.map((at) => loggedIn(at, 'cid', 'cids'))
  )
  const topics = fc.tuple(
    fc.array(behaviour, { maxLength: 8 }),
    fc.array(orders, { maxLength: 5 }),
    fc.array(customers, { maxLength: 5 })
  )
  const picks = fc.array(fc.nat(2), { maxLength: 18 })
  const repeats = fc.array(fc.option(fc.nat()), { maxLength: 18 })
  await fc.assert(
    fc.asyncProperty(topics, picks, repeats, fc.integer({ min: 1, max: 3 }), async (streams, ...how) => {
      const [turns, again, atOnce] = how
      await redis.flushall()
      await tell(...streams.flat())
      const expected = await readAll(redis)
      await redis.flushall()
      const told = interleave(streams, turns)
      for (let i = 0; i < told.length; i += atOnce) {
        // As several processes do it, each with a part of the log.
        await Promise.all(told.slice(i, i + atOnce).map((event) => tell(event)))
        const repeated = told[(again[i] ?? NaN) % (i + 1)]
        if (repeated) await tell(repeated)
      }
      expect(await readAll(redis)).toEqual(expected)
    }),
    { seed: 6, numRuns: 100 }
  )
})

/** Each stream keeps its order; `turns` says whose event is next, and what is left comes stream by stream. */
function interleave(streams: readonly ShopEvent[][], turns: number[]): ShopEvent[] {
  const rest = streams.map((stream) => [...stream])
  const taken = turns.flatMap((turn) => rest[turn]?.splice(0, 1) ?? [])
  return [...taken, ...rest.toReversed().flat()]
}

test('a serving store that is down is waited for, and then nothing is missing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'flipside-serving-'))
  const sender = await openLogSender({ dir })
  const consumer = await openLogConsumer({ dir, group: SERVING_GROUP })
  const first = await startRedis()
  const own = new Redis(first.url, { maxRetriesPerRequest: 0, retryStrategy: () => 20 })
  own.on('error', () => {})
  const stopping = new AbortController()
  const running = keepServing(consumer, {
    redis: own,
    people,
    retryForEver: retryForEver(pino({ level: 'silent' }), stopping.signal)
  })
  const sendViews = (product_id: string) =>
    sender.send('flipside.behaviour', [{ key: 'ann', value: JSON.stringify(viewed(1, ann, product_id)) }])
  await sendViews('before')
  await expect.poll(() => own.zrange(recentKey('u:ann'), '0', '-1'), { timeout: 20_000 }).toEqual(['before'])
  await first.close()
  await sendViews('meanwhile')
  const second = await startRedis({ port: first.port })
  await expect
    .poll(() => own.zrange(recentKey('u:ann'), '0', '-1').catch(() => []), { timeout: 20_000 })
    .toEqual(['meanwhile'])
  await expect.poll(() => consumer.lag(), { timeout: 20_000 }).toMatchObject([{ records: 0 }, { records: 0 }])
  stopping.abort()
  await consumer.close()
  await running
  await sender.close()
  own.disconnect()
  await second.close()
  rmSync(dir, { recursive: true, force: true })
})
