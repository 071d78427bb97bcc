import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BLOCKS_TABLE } from '../../ingest/block.ts'
import { openWarehouse, type Warehouse } from '../../ingest/clickhouse.ts'
import { deleteSteps } from '../../ingest/erase.ts'
import { openEmbeddedShop, orderPlaced, type EmbeddedShop } from './embedded-shop.ts'

let shop: EmbeddedShop
beforeEach(async () => {
  shop = await openEmbeddedShop()
  // A block that is recorded, before the one that is begun.
  await shop.send(orderPlaced(0))
  await shop.ingest()
})
afterEach(() => shop.close())

/** Ingest that is gone before or after a block is recorded, and so leaves its range begun. */
async function beginBlock(when: 'before' | 'after'): Promise<void> {
  await shop.send(...Array.from({ length: 10 }, (_, i) => orderPlaced(1 + i)))
  await shop.sendBytes('flipside.orders', 'not an event')
  const killed = shop.ingest((warehouse: Warehouse) => ({
    ...warehouse,
    async insert(table, rows, token) {
      if (table !== BLOCKS_TABLE || when === 'after') await warehouse.insert(table, rows, token)
      if (table === BLOCKS_TABLE) throw new Error('killed')
    }
  }))
  await expect(killed).rejects.toThrow('killed')
}

/** The engine keeps the tokens of rows that are deleted, as it does of rows that a kill -9 took from it. */
describe.each([
  ['some rows', ['raw.orders WHERE offset IN (3, 7)']],
  ['all rows', ['raw.orders WHERE offset > 0']],
  ['what a view had of them', ['mart.order_lines WHERE offset > 0']],
  ['their identities, in part', ['ops.event_ids WHERE offset IN (2, 4, 6)']],
  [
    'rows and what views had',
    ['raw.orders WHERE offset > 5', 'mart.order_steps WHERE offset > 0', 'mart.order_lines WHERE offset = 7']
  ],
  ['what was rejected', ['raw.rejected WHERE 1']]
])('a block of which the engine has lost %s, but not the token', (_, losses) => {
  it('is whole again after the next start', async () => {
    await beginBlock('before')
    for (const loss of losses) await shop.command(`ALTER TABLE ${loss.replace(' WHERE', ' DELETE WHERE')}`)
    await shop.ingest()
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
    const [row] = await shop.rows(
      'SELECT toUInt32(count()) AS orders, (SELECT toUInt32(count()) FROM mart.order_lines) AS lines FROM raw.orders'
    )
    expect(row).toEqual({ orders: 11, lines: 11 })
  })
})

it('what was erased meanwhile does not come back', async () => {
  await beginBlock('before')
  // By two sweeps: the places are merged some time, or never.
  for (const _ of [1, 2])
    await shop.command(
      `INSERT INTO ops.erased_rows (topic, partition, offset, epoch, sweep) SELECT topic, partition, offset, epoch, generateUUIDv4() FROM raw.orders WHERE offset = 4`
    )
  for (const table of ['raw.orders', 'ops.event_ids', 'mart.order_lines', 'mart.order_steps'])
    await shop.command(`ALTER TABLE ${table} DELETE WHERE offset = 4`)
  await shop.ingest()
  expect(await shop.rows('SELECT toUInt32(count()) AS orders FROM raw.orders')).toEqual([{ orders: 10 }])
  expect(await shop.verify(true)).toMatchObject({ broken: [] })
})

it('what is being erased is not given back to the views that had it', async () => {
  await beginBlock('before')
  // Orders stay in fact; their table has a view more than those that rows are deleted from.
  const [keepPlaces, deleteIdentities, deleteRows] = deleteSteps(shop.client, 'raw.orders', 'offset = 4')
  await keepPlaces?.run()
  await deleteIdentities?.run()
  await shop.ingest()
  await deleteRows?.run()
  expect(await shop.rows('SELECT offset FROM ops.event_ids WHERE offset = 4')).toEqual([])
})

it('what a mending that was killed has left behind is removed by the next', async () => {
  await beginBlock('before')
  await shop.command('CREATE TABLE raw.orders_mend_flipside_orders_0 AS raw.orders')
  await shop.command('INSERT INTO raw.orders_mend_flipside_orders_0 SELECT * FROM raw.orders')
  await shop.ingest()
  expect(
    await shop.rows("SELECT name FROM system.tables WHERE database = 'raw' AND name LIKE 'orders_%'")
  ).toEqual([])
  expect(await shop.verify(true)).toMatchObject({ broken: [] })
})

it('views that took their share until they forgot the token, while another refused its own, have it once', async () => {
  await shop.command('ALTER TABLE ops.event_ids MODIFY SETTING non_replicated_deduplication_window = 1')
  await shop.command("ALTER TABLE mart.order_steps ADD CONSTRAINT full CHECK order_id = ''")
  await shop.send(...Array.from({ length: 10 }, (_, i) => orderPlaced(1 + i)))
  let tries = 0
  await shop.ingest(undefined, async (_, attempt) => {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (++tries > 3) throw error
        // As ingest goes on with other topics.
        await shop.command(
          `INSERT INTO ops.event_ids SETTINGS insert_deduplication_token = '${tries}' SELECT 'other', 1, 1, ${tries}`
        )
        if (tries === 3) await shop.command('ALTER TABLE mart.order_steps DROP CONSTRAINT full')
      }
    }
  })
  await shop.command("ALTER TABLE ops.event_ids DELETE WHERE topic = 'other'")
  expect(tries).toBe(3)
  expect(await shop.verify(true)).toMatchObject({ broken: [] })
})

it.each([
  ['a view has twice', 'mart.order_steps'],
  ['the table and its views have twice', 'raw.orders']
])('what %s is there once after the next start', async (_, table) => {
  await beginBlock('before')
  await shop.command(`INSERT INTO ${table} SELECT * FROM ${table} WHERE offset > 5`)
  await shop.ingest()
  expect(await shop.verify(true)).toMatchObject({ broken: [] })
})

it('what an insert did not bring is left as it is', async () => {
  await shop.command('INSERT INTO raw.orders SELECT * FROM raw.orders')
  const range = { first: 0, last: 5, epoch: 0 }
  const at = { topic: 'flipside.orders', partition: 0 }
  const other = { ...orderPlaced(9), ...at, offset: 5, epoch: 0 }
  await openWarehouse(shop.client).mend({ table: 'raw.orders', rows: [other], at, range })
  expect(await shop.rows('SELECT toUInt32(offset) AS offset FROM raw.orders ORDER BY offset')).toEqual([
    { offset: 0 },
    { offset: 0 },
    { offset: 5 }
  ])
})

it('a range whose record was lost, but not its token, is recorded again', async () => {
  await beginBlock('after')
  await shop.command('ALTER TABLE ops.ingest_blocks DELETE WHERE last_offset > 0')
  await shop.ingest()
  expect(await shop.verify(true)).toMatchObject({ broken: [] })
})
