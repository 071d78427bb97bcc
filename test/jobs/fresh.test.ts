import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRedis } from '../../embedded/redis.ts'
import { runJob } from '../../jobs/job.ts'
import { fresh } from '../../jobs/jobs.ts'
import { publishNeighbours } from '../../jobs/neighbours.ts'
import { restAfter } from '../../jobs/rest-after.ts'
import { readConfig } from '../../models/contracts/config.ts'
import {
  CURRENT_KEY,
  servedKey,
  unpackScored,
  WORK_IDS_FIELD,
  type ServedKind
} from '../../models/contracts/served.ts'
import { recommendSettings } from '../../models/recommend/settings.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

const NOON_MS = Date.parse('2026-02-01T12:00:00Z')
const at = (hours: number) => new Date(NOON_MS + hours * 3_600_000).toISOString()
const product = (product_id: string, artist: string) => ({
  type: 'product_upserted',
  occurred_at: at(0),
  product_id,
  work_id: product_id,
  title: `Title ${product_id}`,
  attributes: { artist },
  price: '5',
  currency: 'GBP'
})
let orderCount = 0
const order = (hours: number, ...product_ids: string[]) => ({
  type: 'order_placed',
  occurred_at: at(hours),
  order_id: `o${orderCount++}`,
  user_id: 'c',
  currency: 'GBP',
  lines: product_ids.map((product_id, i) => {
    return { line_id: i + 1, kind: 'product', product_id, quantity: 1, unit_price: '5' }
  })
})

let shop: OpenShop
let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
beforeAll(async () => {
  shop = await openShop()
  server = await startRedis({})
  redis = new Redis(server.url)
  const artists = { a: 'Nina', b: 'Nina', c: 'Otis', d: 'Otis', e: 'Ella' }
  await shop.store(
    'flipside.catalogue',
    Object.entries(artists).map(([id, artist]) => product(id, artist))
  )
  await shop.store('flipside.orders', [order(1, 'a', 'b'), order(2, 'a', 'b', 'c'), order(3, 'd', 'e')])
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
  await shop.close()
})

const portsOf = () => ({
  clickhouse: shop.clickhouse,
  redis,
  config: readConfig({}),
  progress: () => {},
  sendEvents: async () => {}
})
const whole = { name: 'neighbours', what: 'whole lists', run: publishNeighbours }
const runWhole = () => runJob(whole, portsOf())
const runFresh = () => runJob(fresh, portsOf())

/** What is served, by work: its neighbours and their scores. */
async function listsOf(kind: ServedKind): Promise<Record<string, Record<string, number>>> {
  const key = servedKey(kind, (await redis.hget(CURRENT_KEY, kind)) ?? '')
  const records = Object.entries(await redis.hgetallBuffer(key))
  const ids = JSON.parse((await redis.hget(key, WORK_IDS_FIELD)) ?? '[]') as string[]
  return Object.fromEntries(
    records
      .filter(([id]) => id !== WORK_IDS_FIELD)
      .map(([id, bytes]) => {
        const { indexes, scores } = unpackScored(bytes)
        return [id, Object.fromEntries(Array.from(indexes, (index, i) => [ids[index] ?? '', scores[i] ?? 0]))]
      })
  )
}

it('waits for a whole version, and has nothing to add to one that is new', async () => {
  expect(await runFresh()).toMatchObject({ ok: true, detail: 'no whole version is served yet' })
  await runWhole()
  expect(await runFresh()).toMatchObject({ ok: true, detail: '0 traded, 0 new' })
  expect(await runFresh()).toMatchObject({ ok: true, detail: 'nothing new' })
  expect(await listsOf('fresh_bought_together')).toEqual({})
})

it('gives what was traded since the lists that the next whole build gives it', async () => {
  await shop.store('flipside.orders', [order(4, 'c', 'e')])
  expect(await runFresh()).toMatchObject({ ok: true, detail: '2 traded, 0 new' })
  const lists = await listsOf('fresh_bought_together')
  expect(Object.keys(lists).toSorted()).toEqual(['c', 'e'])
  expect(Object.keys(lists['c'] ?? {})).toContain('e')
  await runWhole()
  expect(await listsOf('bought_together')).toMatchObject(lists)
  expect(await listsOf('fresh_bought_together')).toEqual({})
})

it('brings a new product through what it is like, both ways round', async () => {
  await shop.store('flipside.catalogue', [product('new', 'Otis')])
  expect(await runFresh()).toMatchObject({ ok: true, detail: '0 traded, 1 new' })
  const lists = await listsOf('fresh_similar')
  const likest = Object.entries(lists['new'] ?? {}).toSorted(([, a], [, b]) => b - a)
  expect(likest.slice(0, 2).map(([id]) => id)).toEqual(expect.arrayContaining(['c', 'd']))
  expect(Object.keys(lists['c'] ?? {})).toContain('new')
  expect(Object.keys(lists['d'] ?? {})).toContain('new')
  await runWhole()
  expect(await listsOf('similar')).toMatchObject(lists)
})

it('looks again after a whole build, which may have read before the last order was stored', async () => {
  await shop.store('flipside.orders', [order(5, 'a', 'e')])
  expect(await runFresh()).toMatchObject({ detail: '2 traded, 0 new' })
  const note = JSON.parse((await redis.hget('flipside:notes', 'neighbours')) ?? '') as object
  await runWhole()
  const { version } = JSON.parse((await redis.hget('flipside:notes', 'neighbours')) ?? '') as {
    version: string
  }
  await redis.hset('flipside:notes', 'neighbours', JSON.stringify({ ...note, version }))
  expect(await runFresh()).toMatchObject({ detail: '2 traded, 0 new' })
})

it('fits by the settings of the whole version that it stands before, and refuses half of its catalogue', async () => {
  type Note = { settings: typeof recommendSettings; facts: { works: number } }
  const note = JSON.parse((await redis.hget('flipside:notes', 'neighbours')) ?? '') as Note
  const noting = (changed: Note) => redis.hset('flipside:notes', 'neighbours', JSON.stringify(changed))
  const { settings, facts } = note
  await noting({
    ...note,
    settings: { ...settings, coOccurrence: { ...settings.coOccurrence, neighboursMax: 1 } }
  })
  await shop.store('flipside.orders', [order(6, 'a', 'b', 'c', 'd')])
  expect(await runFresh()).toMatchObject({ ok: true })
  expect(Object.keys((await listsOf('fresh_bought_together'))['a'] ?? {})).toHaveLength(1)

  const before = await redis.hgetall(CURRENT_KEY)
  await noting({ ...note, facts: { ...facts, works: 2 * facts.works } })
  await shop.store('flipside.orders', [order(7, 'a', 'c')])
  expect(await runFresh()).toMatchObject({ ok: false, detail: expect.stringContaining('6 works, where 12') })
  expect(await redis.hgetall(CURRENT_KEY)).toEqual(before)
})

it('rests ten times as long as a run took, whether that went well or not', async () => {
  let runs = 0
  const slow = {
    ...whole,
    run: async () => {
      runs++
      await new Promise((resolve) => setTimeout(resolve, 100))
      throw new Error('no')
    }
  }
  const resting = restAfter(slow, { times: 10 })
  expect(await runJob(resting, portsOf())).toMatchObject({ ok: false, detail: 'no' })
  expect(await runJob(resting, portsOf())).toMatchObject({ ok: true, detail: 'rests 1 s more' })
  expect(runs).toBe(1)
})
