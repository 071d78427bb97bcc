import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRedis } from '../../embedded/redis.ts'
import { runJob, type JobRun } from '../../jobs/job.ts'
import { jobs } from '../../jobs/jobs.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { CURRENT_KEY } from '../../models/contracts/served.ts'
import { DAY_MS } from '../../models/recommend/recommender.ts'
import { recommendSettings } from '../../models/recommend/settings.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

const START_MS = Date.parse('2026-01-20T09:00:00Z')
const DAYS = 40
const CUSTOMERS = 120
const WORKS = 71
const HIT = 'hit'
const works = [...Array.from({ length: WORKS }, (_, i) => `w${i}`), HIT]

/** Works of a history go with all others alike; then everybody wants the hit, which goes with nothing. WORKS is prime. */
function ordersOf(customer: number): object[] {
  const taste = Array.from({ length: 40 }, (_, i) => `w${(customer + i * (1 + (customer % 35))) % WORKS}`)
  const order = (day: number, product_ids: string[]) => ({
    type: 'order_placed',
    occurred_at: new Date(START_MS + day * DAY_MS).toISOString(),
    order_id: `o${customer} ${day}`,
    user_id: `c${customer}`,
    currency: 'GBP',
    lines: product_ids.map((product_id, i) => {
      return { line_id: i + 1, kind: 'product', product_id, quantity: 1, unit_price: '5' }
    })
  })
  const hitDay = customer % 2 === 0 ? DAYS - (customer % 4) : 20 + (customer % 12)
  const before = [0, 1, 2, 3].map((part) => order(part * 4, taste.slice(part * 10, part * 10 + 10)))
  // Some want what they had once more.
  const again = customer % 5 === 0 ? [order(DAYS - 1, taste.slice(0, 2))] : []
  return [...before, ...again, order(hitDay, [HIT])]
}

let shop: OpenShop
let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
beforeAll(async () => {
  shop = await openShop()
  server = await startRedis({})
  redis = new Redis(server.url)
  const occurred_at = new Date(START_MS).toISOString()
  await shop.store(
    'flipside.catalogue',
    works.map((product_id) => ({
      type: 'product_upserted',
      occurred_at,
      product_id,
      work_id: product_id,
      title: product_id,
      attributes: {},
      price: '5',
      currency: 'GBP'
    }))
  )
  await shop.store('flipside.orders', Array.from({ length: CUSTOMERS }, (_, i) => ordersOf(i)).flat())
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
  await shop.close()
})

async function run(name: string, { anyway = false } = {}): Promise<JobRun> {
  const job = jobs.find((known) => known.name === name)
  if (!job) throw new Error(`no job ${name}`)
  const { clickhouse } = shop
  return runJob(job, {
    clickhouse,
    redis,
    config: readConfig({}),
    progress: () => {},
    sendEvents: async () => {},
    anyway
  })
}
const served = () => redis.hget(CURRENT_KEY, 'bought_together')
type Note = { version: string; settings: typeof recommendSettings; facts: Record<string, number> }
/** As if something else had been published. */
async function pretend(change: (note: Note) => Partial<Note>): Promise<void> {
  const note = JSON.parse((await redis.hget('flipside:notes', 'neighbours')) ?? '') as Note
  await redis.hset('flipside:notes', 'neighbours', JSON.stringify({ ...note, ...change(note) }))
}

describe('the guard of the neighbours job', () => {
  it('lets the first version go, and the next one of the same settings', async () => {
    expect(await run('neighbours')).toMatchObject({
      ok: true,
      detail: expect.stringContaining('nothing served to compare with')
    })
    const first = await served()
    const next = await run('neighbours')
    expect(next).toMatchObject({ ok: true, detail: expect.stringContaining('settings as served') })
    expect(await served()).toBe(next.version)
    expect(next.version).not.toBe(first)
  })

  it('refuses lists of half the catalogue, says so, and leaves what is served', async () => {
    const before = await served()
    await pretend(({ facts }) => ({ facts: { ...facts, works: 2 * works.length } }))
    const refused = await run('neighbours')
    expect(refused).toMatchObject({ ok: false, version: '' })
    expect(refused.detail).toContain('not published, 72 works, where 144 are served')
    expect(await served()).toBe(before)
    expect(await shop.rows(`SELECT detail FROM ops.job_runs WHERE job = 'neighbours' AND NOT ok`)).toEqual([
      { detail: refused.detail }
    ])
  })

  it('refuses them too where what is served was made by software of other settings', async () => {
    const before = await served()
    await redis.hset('flipside:notes', 'kept', (await redis.hget('flipside:notes', 'neighbours')) ?? '')
    await pretend(({ settings: { lift: _, ...settings } }) => ({
      settings: settings as typeof recommendSettings
    }))
    expect(await run('neighbours')).toMatchObject({ ok: false, detail: expect.stringContaining('where 144') })
    expect(await served()).toBe(before)
    await redis.hset('flipside:notes', 'neighbours', (await redis.hget('flipside:notes', 'kept')) ?? '')
  })

  it('publishes them all the same when told to, and notes that', async () => {
    const forced = await run('neighbours', { anyway: true })
    expect(forced).toMatchObject({ ok: true, detail: expect.stringContaining('published anyway: 72 works') })
    expect(await served()).toBe(forced.version)
    expect(await run('neighbours')).toMatchObject({ ok: true })
  })

  it('refuses settings that foresaw the last days worse than those that are served', async () => {
    const before = await served()
    await pretend(({ settings }) => ({
      settings: { ...settings, boughtTogetherWeight: 0, popularityWeight: 1 }
    }))
    const refused = await run('neighbours')
    expect(refused).toMatchObject({ ok: false, detail: expect.stringContaining('not published') })
    expect(refused.detail).toMatch(/recall@20 \d\.\d+ against 1\.0000 of the served settings .*customers/)
    expect(await served()).toBe(before)
  })

  it('lets settings go that are no worse, and settings that it cannot compare', async () => {
    await pretend(({ settings }) => ({ settings: { ...settings, popularityWeight: 0 } }))
    expect(await run('neighbours')).toMatchObject({ ok: true, detail: expect.stringContaining('recall@20') })
    await pretend(() => ({ settings: {} as typeof recommendSettings }))
    expect(await run('neighbours')).toMatchObject({
      ok: true,
      detail: expect.stringContaining('not compared')
    })
  })
})

describe('the quality job', () => {
  it('keeps every metric of every model, with the split and what was served', async () => {
    const { ok, detail } = await run('quality')
    expect({ ok, detail }).toEqual({
      ok: true,
      detail: expect.stringContaining('recall@20 of the last 7 days: blend')
    })
    const rows = await shop.rows<{ model: string; question: string; figures: number; bad: number }>(
      `SELECT model, question, count() AS figures, countIf(NOT (low - 1e-9 <= value AND value <= high + 1e-9)) AS bad
      FROM mart.model_quality WHERE hidden_days = 7 AND users > 0 AND version = '${await served()}' GROUP BY model, question ORDER BY model`
    )
    const kept = { figures: 27, bad: 0 }
    expect(rows).toEqual([
      { model: 'blend', question: 'new', ...kept },
      { model: 'bought_together', question: 'new', ...kept },
      { model: 'buy_again', question: 'again', ...kept },
      { model: 'popular', question: 'new', ...kept },
      { model: 'similar', question: 'new', ...kept }
    ])
    const [popular] = await shop.rows(
      `SELECT value, users FROM mart.model_quality WHERE model = 'popular' AND metric = 'recall' AND k = 20`
    )
    expect(popular).toEqual({ value: 1, users: 60 })
  })
})
