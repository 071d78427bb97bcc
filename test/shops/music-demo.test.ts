import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo, type DemoProcess } from '../../bench/measure/demo-process.ts'
import { readMusicRecord } from '../../embedded/shops/music/record.ts'
import { openStores } from '../../embedded/stores.ts'
import { readConfig } from '../../models/contracts/config.ts'

const MINUTES = 60_000
const ROOT = join(import.meta.dirname, '../..')
const ARGS = ['music', '--history-weeks', '1', '--shoppers', '400', '--rate', '25']
let dataDir: string
let demo: DemoProcess | undefined

/** The simulated shop through the whole pipeline: a week of history, real time, a crash, and on. */
describe('npm run demo -- music', { timeout: 4 * MINUTES }, () => {
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'flipside-music-'))
  })
  afterAll(async () => {
    await demo?.stop()
    await rm(dataDir, { recursive: true, force: true })
  }, MINUTES)

  it('sends its history, then goes on in real time, and goes on after kill -9 without doubling anything', async () => {
    demo = await startDemo({ dataDir, args: ARGS })
    await demo.url
    await eventsSent((await sentCount()) + 60)
    await demo.stop('SIGKILL')
    const before = await sentCount()
    demo = await startDemo({ dataDir, args: ARGS })
    await demo.url
    await eventsSent(before + 60)
    await expectProved()
    const stored = await readStored()
    expect(stored.events).toBeGreaterThan(before)
    // What was made from the seed is the second half of an event's id, whenever it was sent.
    expect(stored.different).toBe(stored.events)
    expect(stored.backwards).toBe(0)
  })

  it('says that it is simulated, and shows formats and artists', async () => {
    const url = await demo?.url
    const ask = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json()
    expect(await ask('/v1/shop')).toMatchObject({
      title: expect.stringContaining('simulated'),
      notice: expect.stringContaining('simulated'),
      attribution: expect.stringContaining('Chinook')
    })
    expect(await ask('/v1/search?q=iron%20maiden')).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ attributes: expect.objectContaining({ artist: 'Iron Maiden' }) })
      ])
    })
    expect(await ask('/v1/recommendations?anonymous_id=somebody&limit=1')).toMatchObject({
      degraded: false,
      items: [
        {
          format: expect.any(String),
          attributes: { artist: expect.any(String) },
          simulated: expect.arrayContaining(['price', 'on_hand'])
        }
      ]
    })
  })

  it('refuses a folder that holds the other shop', async () => {
    const child = spawn(process.execPath, ['embedded/main.ts'], {
      cwd: ROOT,
      env: { ...process.env, DATA_DIR: dataDir, PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe']
    })
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(code).toBe(1)
    expect(said).toContain('holds another shop')
  })

  it.each([
    ['--help', 0, '--history-weeks'],
    ['vinyl', 2, 'there is no shop vinyl'],
    ['music --rate slow', 2, '--rate is a number above 0'],
    ['music --dates moved', 2, '--dates is not an option of this shop']
  ])('answers `%s` with code %i', async (args, code, said) => {
    const child = spawn(process.execPath, ['embedded/main.ts', ...args.split(' ')], { cwd: ROOT })
    const [out, error, [ended]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit')
    ])
    expect(ended).toBe(code)
    expect(out + error).toContain(said)
  })
})

const sentCount = async () => (await readMusicRecord(dataDir))?.events_sent ?? 0

async function eventsSent(atLeast: number): Promise<void> {
  await expect.poll(sentCount, { timeout: MINUTES, interval: 100 }).toBeGreaterThan(atLeast)
}

async function expectProved(): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, ['ingest/verify.ts'], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir }
  }).catch((error: { stdout: string }) => error)
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    ok: true,
    checks: expect.any(Number),
    broken: []
  })
}

/** Events of the simulation in the warehouse, how many of them differ, and orders whose steps arrived out of order. */
async function readStored(): Promise<{ events: number; different: number; backwards: number }> {
  const stores = await openStores(readConfig({ DATA_DIR: dataDir }))
  const clickhouse = createClient(stores.clickhouse)
  const tables = ['behaviour', 'orders', 'stock', 'catalogue', 'customers', 'rentals', 'operations']
  const ids = tables.map(
    (table) => `SELECT toString(event_id) AS id FROM raw.${table} WHERE source = 'music-simulation'`
  )
  const result = await clickhouse.query({
    query: `
      SELECT toUInt32(count()) AS events, toUInt32(uniqExact(substring(id, 14))) AS different,
        (
          SELECT toUInt32(count()) FROM
          (
            SELECT occurred_at < max(occurred_at) OVER
              (PARTITION BY order_id ORDER BY offset ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_late
            FROM raw.orders
          )
          WHERE is_late
        ) AS backwards
      FROM (${ids.join(' UNION ALL ')})`,
    format: 'JSONEachRow'
  })
  const [row] = await result.json<{ events: number; different: number; backwards: number }>()
  await clickhouse.close()
  if (!row) throw new Error('the warehouse gave no figures')
  return row
}
