import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openEmbeddedShop,
  orderPlaced,
  refusing,
  stockInitialised,
  type EmbeddedShop
} from './embedded-shop.ts'

const ORDERS = { topic: 'flipside.orders', partition: 0 }
let shop: EmbeddedShop

/** Everything that must be the same after whatever was lost has come back. */
async function totals() {
  const [row] = await shop.rows<Record<string, string>>(`
    SELECT toString(count()) AS orders, (SELECT toString(sum(amount)) FROM mart.order_lines) AS amount,
      (SELECT toString(count()) FROM mart.order_steps) AS steps,
      (SELECT toString(count()) FROM ops.event_ids WHERE topic = 'flipside.orders') AS ids
    FROM raw.orders`)
  return row
}

const range = (first: number, last: number, isDryRun = false) =>
  ({ kind: 'range', range: { ...ORDERS, first, last }, isDryRun }) as const

describe('a replay', () => {
  beforeAll(async () => {
    shop = await openEmbeddedShop()
    await shop.send(
      ...[0, 1, 2].map(stockInitialised),
      ...Array.from({ length: 30 }, (_, i) => orderPlaced(i))
    )
    await shop.ingest()
  })
  afterAll(() => shop.close())

  it('stores nothing of a range that is stored, and says so', async () => {
    const before = await totals()
    expect(await shop.replay(range(0, 29))).toMatchObject({
      records: 30,
      stored: 0,
      repeats: 30,
      restored: 0
    })
    expect(await totals()).toEqual(before)
    expect(
      await shop.rows('SELECT epoch, records, stored, repeats FROM ops.ingest_blocks WHERE epoch > 0')
    ).toEqual([{ epoch: 1, records: 30, stored: 0, repeats: 30 }])
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('brings back what was lost, and makes the marts that had kept it anew', async () => {
    const before = await totals()
    await shop.command('ALTER TABLE raw.orders DELETE WHERE offset >= 10 AND offset < 20')
    expect((await shop.verify(true)).broken.length).toBeGreaterThan(0)
    expect(await shop.replay(range(5, 24, true))).toMatchObject({ records: 20, restored: 10 })
    expect(await shop.replay(range(5, 24))).toMatchObject({
      records: 20,
      stored: 0,
      repeats: 20,
      restored: 10
    })
    expect(await totals()).toEqual(before)
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('brings back a range of which nothing at all was left', async () => {
    const before = await totals()
    await shop.send(...[40, 41].map(orderPlaced))
    await shop.ingest()
    const whole = await totals()
    expect(whole).not.toEqual(before)
    for (const table of ['raw.orders', 'mart.order_lines', 'mart.order_steps']) {
      await shop.command(`ALTER TABLE ${table} DELETE WHERE offset >= 30`)
    }
    await shop.command(`ALTER TABLE ops.event_ids DELETE WHERE topic = 'flipside.orders' AND offset >= 30`)
    await shop.command(
      `ALTER TABLE ops.ingest_blocks DELETE WHERE topic = 'flipside.orders' AND first_offset = 0 AND epoch = 0`
    )
    await shop.send(orderPlaced(42))
    await shop.ingest()
    expect((await shop.verify(true)).broken.length).toBeGreaterThan(0)
    expect(await shop.replay(range(0, 31))).toMatchObject({ records: 32, restored: 2 })
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
    expect(await totals()).toMatchObject({ orders: '33', steps: '33', ids: '33', amount: '231' })
  })

  it('ends the same when it is killed at any of its steps and begun again', async () => {
    const before = await totals()
    for (const call of ['after 1', 'after 3', 'before 4', 'before 8']) {
      await shop.command('ALTER TABLE raw.orders DELETE WHERE offset IN (3, 7, 11)')
      await expect(shop.replay(range(2, 12), killedAt(call))).rejects.toThrow('killed')
      await shop.replay({ kind: 'resume' })
      expect(await totals()).toEqual(before)
    }
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('stores once what was rejected then and is valid now', async () => {
    await shop.send(...[50, 51, 52].map(orderPlaced))
    await shop.ingest(refusing((orderId) => orderId === 'order 51'))
    expect(await shop.rows("SELECT count() AS c FROM raw.orders WHERE order_id = 'order 51'")).toEqual([
      { c: 0 }
    ])
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
    const first = await shop.replay(range(33, 35))
    expect(first).toMatchObject({ records: 3, stored: 1, repeats: 2, restored: 0, must_rebuild: false })
    expect(await shop.replay(range(33, 35))).toMatchObject({ records: 3, stored: 0, repeats: 3 })
    expect(await totals()).toMatchObject({ orders: '36', steps: '36', ids: '36', amount: '252' })
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('does not store what its sender has sent again since', async () => {
    await shop.send(orderPlaced(60))
    await shop.ingest(refusing((orderId) => orderId === 'order 60'))
    await shop.send(orderPlaced(60))
    await shop.ingest()
    expect(await shop.replay(range(36, 37))).toMatchObject({ records: 2, stored: 0, repeats: 2 })
    expect(await shop.rows("SELECT count() AS c FROM raw.orders WHERE order_id = 'order 60'")).toEqual([
      { c: 1 }
    ])
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('refuses what is not stored yet, and what a killed ingest has only begun', async () => {
    await shop.send(orderPlaced(70))
    await expect(shop.replay(range(38, 38))).rejects.toThrow('ingest has come to offset 38 only')
    const killed = shop.ingest((warehouse) => ({
      ...warehouse,
      insert: (table, rows, token) =>
        table === 'ops.ingest_blocks'
          ? Promise.reject(new Error('killed'))
          : warehouse.insert(table, rows, token)
    }))
    await expect(killed).rejects.toThrow('killed')
    await expect(shop.replay({ kind: 'rebuild', names: 'all' })).rejects.toThrow(
      'Ingest ended in the middle of a range (flipside.orders/0)'
    )
    await shop.ingest()
    await shop.replay({ kind: 'rebuild', names: 'all' })
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })
})

/**
 * The warehouse answers up to this call that changes something; then the process is gone. The calls: begun, the need
 * to rebuild, rows, range, and of the first mart drop, create, fill, exchange.
 */
function killedAt(call: string) {
  let calls = 0
  return (client: ClickHouseClient) =>
    new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        const ask = value.bind(target) as (...args: unknown[]) => Promise<unknown>
        if (name !== 'exec' && name !== 'insert' && name !== 'command') return ask
        return async (...args: unknown[]) => {
          const number = ++calls
          if (call === `before ${number}`) throw new Error('killed')
          const answer = await ask(...args)
          if (call === `after ${number}`) throw new Error('killed')
          return answer
        }
      }
    })
}
