import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLogSender, readLogEnds } from '../../embedded/log.ts'
import { verifyWarehouse } from '../../ingest/checks.ts'
import { refreshSales } from '../../jobs/sales.ts'
import { openEmbeddedShop, orderPlaced, stockInitialised, type EmbeddedShop } from './embedded-shop.ts'

const RANGES = 'ranges of each partition follow'
const ROWS = 'the rows of each partition'
const ONCE = 'no event_id of one key'
const COUNTED = 'in every range, records read'
const LINES = 'mart.order_lines equals'
const STEPS = 'mart.order_steps equals'
const IDS = 'ops.event_ids equals'
const SAME = 'rows that were verified before have not changed'

let shop: EmbeddedShop

const beginnings = (broken: { check: string }[]) => broken.map(({ check }) => check)

/** A copy takes the table's place while `verify` looks; then the table comes back as it was. */
async function tampered(table: string, change: (copy: string) => string, isFull = true): Promise<string[]> {
  const copy = `${table}_copy`
  await shop.command(`CREATE TABLE ${copy} AS ${table}`)
  await shop.command(`INSERT INTO ${copy} SELECT * FROM ${table}`)
  await shop.command(change(copy))
  await shop.command(`EXCHANGE TABLES ${table} AND ${copy}`)
  try {
    return beginnings((await shop.verify(isFull)).broken)
  } finally {
    await shop.command(`EXCHANGE TABLES ${table} AND ${copy}`)
    await shop.command(`DROP TABLE ${copy} SYNC`)
  }
}

describe('verify', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    shop = await openEmbeddedShop()
    await shop.send(stockInitialised(1))
    for (const first of [0, 10, 20]) {
      await shop.send(...Array.from({ length: 10 }, (_, i) => orderPlaced(first + i)))
      await shop.ingest()
    }
  })
  afterAll(() => shop.close())

  it('finds nothing wrong with what nobody touched, and goes on from there', async () => {
    const waiting = '30 orders that the job sales has not come to yet'
    expect(await shop.verify(true)).toMatchObject({ broken: [], left_out: [waiting] })
    await refreshSales({ clickhouse: shop.client, progress: () => {} })
    const first = await shop.verify(true)
    expect(first).toMatchObject({ broken: [], left_out: [] })
    const second = await shop.verify()
    expect(second.broken).toEqual([])
    expect(second.windows.filter(({ to }) => to > 0).every(({ from, to }) => from === to)).toBe(true)
    expect(second.left_out).toContain('mart.sales_by_day')
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  const orders = "topic = 'flipside.orders'"
  const double = (where: string) => (copy: string) =>
    `INSERT INTO ${copy} SELECT * FROM ${copy} WHERE ${where} SETTINGS insert_deduplicate = 0`
  const cases: [string, string, (copy: string) => string, string[]][] = [
    [
      'a lost range',
      'ops.ingest_blocks',
      (t) => `ALTER TABLE ${t} DELETE WHERE ${orders} AND first_offset = 10`,
      [RANGES, ROWS]
    ],
    [
      'a range that is there twice',
      'ops.ingest_blocks',
      double(`${orders} AND first_offset = 10`),
      [RANGES, ROWS]
    ],
    [
      'a range that begins too late',
      'ops.ingest_blocks',
      (t) =>
        `INSERT INTO ${t} SELECT * REPLACE (first_offset + 25 AS first_offset, last_offset + 25 AS last_offset, toUInt32(0) AS stored, records AS repeats) FROM (SELECT * FROM ${t} WHERE ${orders} AND first_offset = 10)`,
      [RANGES]
    ],
    [
      'a wrong count',
      'ops.ingest_blocks',
      (t) => `ALTER TABLE ${t} UPDATE stored = stored - 1 WHERE ${orders} AND first_offset = 10`,
      [COUNTED, ROWS]
    ],
    [
      'a lost row',
      'raw.orders',
      (t) => `ALTER TABLE ${t} DELETE WHERE offset = 15`,
      [ROWS, LINES, STEPS, IDS, SAME]
    ],
    ['a row that is there twice', 'raw.orders', double('offset = 15'), [ROWS, ONCE, LINES, SAME]],
    [
      'a changed amount',
      'raw.orders',
      (t) =>
        `ALTER TABLE ${t} UPDATE lines = arrayMap(line -> tuple(line.1, line.2, line.3, line.4, line.5, line.6 + 1, line.7), lines) WHERE offset = 15`,
      [LINES, STEPS, SAME]
    ],
    [
      'a changed word that no mart holds',
      'raw.orders',
      (t) => `ALTER TABLE ${t} UPDATE source = 'x' WHERE offset = 15`,
      [SAME]
    ],
    [
      'a lost line of a mart',
      'mart.order_lines',
      (t) => `ALTER TABLE ${t} DELETE WHERE offset = 15`,
      [LINES]
    ],
    ['a line that is there twice', 'mart.order_lines', double('offset = 15'), [LINES]],
    [
      'a line of a partition that does not exist',
      'mart.order_lines',
      (t) => `INSERT INTO ${t} SELECT * REPLACE (toUInt16(77) AS partition) FROM ${t} LIMIT 1`,
      [LINES]
    ],
    [
      'an identity that is gone',
      'ops.event_ids',
      (t) => `ALTER TABLE ${t} DELETE WHERE ${orders} AND offset = 15`,
      [IDS]
    ]
  ]
  it.each(cases)('finds %s', async (_, table, change, expected) => {
    const found = await tampered(table, change)
    for (const check of expected) expect(found).toContainEqual(expect.stringContaining(check))
  })

  it('finds a log that lost its end, and records that nobody stores', async () => {
    const other = join(shop.dir, 'other')
    const sender = await openLogSender({ dir: other, partitionsPerTopic: 1 })
    await sender.send(
      'flipside.orders',
      Array.from({ length: 29 }, () => ({ key: 'k', value: 'x' }))
    )
    await sender.close()
    const { client, dir } = shop
    const readEnds = async () => readLogEnds(other, ['flipside.orders'])
    const { broken } = await verifyWarehouse({ isFull: false }, { client, readEnds, dataDir: dir })
    expect(broken).toContainEqual({
      check: 'the log has not lost its end',
      problems: expect.arrayContaining(['flipside.orders/0: stored up to offset 30, but the log ends at 29'])
    })
    await shop.send(orderPlaced(30))
    expect((await shop.verify()).broken).toEqual([
      {
        check: 'everything that the log held is stored',
        problems: ['flipside.orders/0: 1 records, from offset 30 on, are not stored: is ingest running?']
      }
    ])
    await shop.ingest()
  })

  it('reads only what is new, and finds there what is wrong', async () => {
    expect((await shop.verify()).broken).toEqual([])
    await shop.send(...[31, 32].map(orderPlaced))
    await shop.ingest()
    const newRow = await tampered(
      'mart.order_lines',
      (t) => `ALTER TABLE ${t} DELETE WHERE offset = 32`,
      false
    )
    expect(newRow).toEqual([expect.stringContaining(LINES)])
    const oldRow = await tampered(
      'mart.order_lines',
      (t) => `ALTER TABLE ${t} DELETE WHERE offset = 2`,
      false
    )
    expect(oldRow).toEqual([])
    expect(await tampered('mart.order_lines', (t) => `ALTER TABLE ${t} DELETE WHERE offset = 2`)).toEqual([
      expect.stringContaining(LINES)
    ])
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('runs while events flow', async () => {
    const flowing = (async () => {
      for (const first of [100, 150, 200, 250]) {
        await shop.send(...Array.from({ length: 50 }, (_, i) => orderPlaced(first + i)))
        await shop.ingest()
      }
    })()
    const runs = []
    for (const isFull of [false, true, false]) runs.push(...(await shop.verify(isFull)).broken)
    await flowing
    runs.push(...(await shop.verify(true)).broken)
    expect(runs).toEqual([])
  })
})
