import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BLOCKS_TABLE } from '../../ingest/block.ts'
import { checkMarts } from '../../ingest/checks.ts'
import { migrate, readMigrations } from '../../ingest/migrate.ts'
import { canFill } from '../../ingest/migrate/cuts.ts'
import { readMarts } from '../../ingest/checks/views.ts'
import { fillViews } from '../../ingest/migrate/fill.ts'
import { openEmbeddedShop, orderPlaced, type EmbeddedShop } from './embedded-shop.ts'

const SETTINGS = { SHOP_TIME_ZONE: 'Europe/London' }
const PLACES = 'partition UInt16, offset UInt64'
const windowed = 'SETTINGS non_replicated_deduplication_window = 10000'
/** A version of the schema with one mart more. */
const MIGRATIONS = [
  ...(await readMigrations(SETTINGS)),
  {
    name: '900-prices.sql',
    statements: [
      `CREATE TABLE IF NOT EXISTS mart.prices (product_id String, unit_price Decimal(18, 4), ${PLACES})
       ENGINE = MergeTree ORDER BY product_id ${windowed}`,
      `CREATE MATERIALIZED VIEW IF NOT EXISTS mart.prices_from_orders TO mart.prices AS
       SELECT line.product_id AS product_id, line.unit_price AS unit_price, partition, offset
       FROM raw.orders
       ARRAY JOIN lines AS line
       WHERE type = 'order_placed'`
    ]
  }
]
const CHUNK = { chunkOffsets: 40 }

let shop: EmbeddedShop
beforeEach(async () => {
  shop = await openEmbeddedShop()
})
afterEach(() => shop.close())

let sent = 0
const sendOrders = (count: number) => shop.send(...Array.from({ length: count }, () => orderPlaced(++sent)))
const upgrade = (client = shop.client) => migrate(client, SETTINGS, { migrations: MIGRATIONS })
const countOf = async (table: string) =>
  (await shop.rows<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${table}`))[0]?.n
const offsetsOf = async (table: string) =>
  (
    await shop.rows<{ offset: number }>(`SELECT toUInt32(offset) AS offset FROM ${table} ORDER BY offset`)
  ).map(({ offset }) => offset)
async function expectWhole(): Promise<void> {
  expect(await offsetsOf('mart.prices')).toEqual(await offsetsOf('raw.orders'))
  const checks = await checkMarts(shop.client)
  const mine = checks.find(({ name }) => name.startsWith('mart.prices'))
  expect(await mine?.problems()).toEqual([])
  expect(await shop.verify(true)).toMatchObject({ broken: [] })
}

/** The connection of a process that is killed before, or after, its n-th statement of this kind. */
function killedAt(
  { method, n, when }: { method: 'command' | 'insert'; n: number; when: 'before' | 'after' },
  isMeant: (text: string) => boolean
): ClickHouseClient {
  let seen = 0
  let isDead = false
  return new Proxy(shop.client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        if (isDead) throw new Error('killed')
        isDead = key === method && isMeant(JSON.stringify(args)) && ++seen === n
        if (isDead && when === 'before') throw new Error('killed')
        const answer: unknown = await value.apply(target, args)
        if (isDead) throw new Error('killed')
        return answer
      }
    }
  })
}

describe('a view that is new over rows which are stored', () => {
  it.each([
    ['before a chunk', { method: 'command', n: 3, when: 'before' }, 'INSERT INTO mart.prices'],
    ['between a chunk and its note', { method: 'command', n: 3, when: 'after' }, 'INSERT INTO mart.prices'],
    [
      'between the view and its cut',
      { method: 'insert', n: 1, when: 'before' },
      '"cut:mart.prices_from_orders'
    ],
    ['after the cut', { method: 'insert', n: 1, when: 'after' }, '"cut:mart.prices_from_orders']
  ] as const)(
    'has each once while events come in, when the process is killed %s and another goes on',
    async (_, at, text) => {
      await sendOrders(150)
      await shop.ingest()
      const over = new AbortController()
      async function flow(): Promise<void> {
        while (!over.signal.aborted) {
          await sendOrders(7)
          await shop.ingest()
        }
      }
      const flowing = flow()
      try {
        const killed = killedAt(at, (given) => given.includes(text))
        await expect(upgrade(killed).then(() => fillViews(killed, CHUNK))).rejects.toThrow('killed')
        await sleep(200)
        await upgrade()
        const chunks: string[] = []
        await fillViews(shop.client, { ...CHUNK, told: ({ next }) => chunks.push(String(next)) })
        expect(chunks.length).toBeGreaterThan(1)
        expect(await fillViews(shop.client, CHUNK)).toEqual([])
        await sleep(200)
      } finally {
        over.abort()
        await flowing
      }
      await expectWhole()
      // It was filled by chunks, and did not get all of it through the view.
      expect(
        await countOf("ops.view_fills WHERE view = 'mart.prices_from_orders' AND next_offset > 0")
      ).toBeGreaterThan(3)
    }
  )

  it('has each once when several processes apply and fill at once', async () => {
    await sendOrders(200)
    await shop.ingest()
    const startProcess = () => upgrade().then(() => fillViews(shop.client, CHUNK))
    await Promise.all([startProcess(), startProcess(), startProcess()])
    await expectWhole()
    expect(await countOf('mart.prices')).toBe(200)
  })

  it('has what an insert brings that had begun before the view', async () => {
    // The insert of a block takes two seconds.
    await shop.command(
      `CREATE TABLE mart.slow (a UInt8, ${PLACES}) ENGINE = MergeTree ORDER BY a ${windowed}`
    )
    await shop.command(
      'CREATE MATERIALIZED VIEW mart.slow_from_orders TO mart.slow AS SELECT toUInt8(sleepEachRow(0.5)) AS a, partition, offset FROM raw.orders'
    )
    await sendOrders(4)
    const storing = shop.ingest()
    const inserting = "system.processes WHERE query_kind = 'Insert' AND query LIKE '%raw.orders%'"
    while ((await countOf(inserting)) === 0) await sleep(20)
    await upgrade()
    expect(await countOf(inserting)).toBe(0)
    await storing
    expect(await offsetsOf('mart.prices')).toEqual([])
    expect(await fillViews(shop.client, CHUNK)).toEqual([])
    await shop.command('DROP TABLE mart.slow_from_orders')
    await expectWhole()
    expect(await countOf('mart.prices')).toBe(4)
  })

  it('waits for a block that was begun and is not recorded, which ingest then stores', async () => {
    await sendOrders(10)
    const killed = shop.ingest((warehouse) => ({
      ...warehouse,
      async insert(table, rows, token) {
        if (table === BLOCKS_TABLE) throw new Error('killed')
        await warehouse.insert(table, rows, token)
      }
    }))
    await expect(killed).rejects.toThrow('killed')
    await upgrade()
    expect(await fillViews(shop.client, { ...CHUNK, patienceMs: 0 })).toMatchObject([
      { view: 'mart.prices_from_orders', topic: 'flipside.orders', next: 0, end: 10 }
    ])
    const { broken } = await shop.verify()
    expect(JSON.stringify(broken)).toContain('offsets 0 to 9 are still to be filled in')
    const filling = fillViews(shop.client, CHUNK)
    await shop.ingest()
    expect(await filling).toEqual([])
    await expectWhole()
  })

  it('is filled even where the engine kept tokens and lost what they stood for', async () => {
    await sendOrders(100)
    await shop.ingest()
    await upgrade()
    await fillViews(shop.client, CHUNK)
    await shop.command("ALTER TABLE ops.view_fills DELETE WHERE view = 'mart.prices_from_orders'")
    await shop.command('ALTER TABLE mart.prices DELETE WHERE offset BETWEEN 20 AND 70')
    await upgrade()
    await fillViews(shop.client, CHUNK)
    await expectWhole()
  })

  it('is told of when its rows do not say where they are from', async () => {
    await sendOrders(3)
    await shop.ingest()
    const told: string[][] = []
    const sums = {
      name: '900-sums.sql',
      statements: [
        'CREATE TABLE IF NOT EXISTS mart.sums (user_id String, orders UInt64) ENGINE = SummingMergeTree ORDER BY user_id',
        'CREATE MATERIALIZED VIEW IF NOT EXISTS mart.sums_from_orders TO mart.sums AS SELECT user_id, toUInt64(1) AS orders FROM raw.orders'
      ]
    }
    const migrations = [...(await readMigrations(SETTINGS)), sums]
    await migrate(shop.client, SETTINGS, { migrations, cannotFill: (views) => told.push(views) })
    expect(told).toEqual([['mart.sums_from_orders']])
    expect(await fillViews(shop.client)).toEqual([])
  })
})

it('every view of the schema could be filled', async () => {
  const views = (await readMarts(shop.client))
    .filter((mart) => !mart.is_refreshable)
    .flatMap((mart) => mart.fillers.map((filler) => ({ mart, filler })))
  expect(views.length).toBeGreaterThan(5)
  expect(views.filter((filling) => !canFill(filling)).map(({ filler }) => filler.name)).toEqual([])
})
