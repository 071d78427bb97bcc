import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeRejected } from '../../ingest/rejected/judge.ts'
import { readGroups, readNewest, readPages } from '../../ingest/rejected/read.ts'
import { replayRejected } from '../../ingest/rejected/replay.ts'
import type { RejectedRow } from '../../ingest/rejected/row.ts'
import { sendToLog } from '../../ingest/rejected/send-again.ts'
import { REJECTED_TOPIC } from '../../models/contracts/topics.ts'
import { openEmbeddedShop, orderPlaced, refusing, type EmbeddedShop } from './embedded-shop.ts'

const viewed = {
  type: 'product_viewed',
  event_id: '0198c0de-0000-7000-8000-000000000001',
  occurred_at: '2026-01-31T12:00:00Z',
  anonymous_id: 'guest',
  product_id: 'p'
}
const row = (event: object, change: Partial<RejectedRow> = {}): RejectedRow => ({
  topic: REJECTED_TOPIC,
  partition: 0,
  offset: '0',
  rejected_at: '2026-01-31T12:00:01.000Z',
  source: 'collector',
  scope: 'browser',
  reason: 'a mistake',
  from_topic: '',
  from_partition: 0,
  from_offset: '0',
  body: JSON.stringify(event),
  body_encoding: 'utf8',
  ...change
})
const why = (rejected: RejectedRow) => {
  const judged = judgeRejected(rejected)
  return judged.ok ? judged.outgoing.topic : judged.why
}

describe('a rejected message', () => {
  it('may go where the key might have sent it that it came with, and nowhere else', () => {
    const order = orderPlaced(1)
    const served = { ...viewed, type: 'recommendation_served' }
    expect(why(row(viewed))).toBe('flipside.behaviour')
    expect(why(row(order))).toBe('type: a key of scope browser may not send order_placed')
    expect(why(row(order, { scope: '' }))).toBe('type: a key of scope browser may not send order_placed')
    expect(why(row(order, { scope: 'server' }))).toBe('flipside.orders')
    expect(why(row(served))).not.toBe('flipside.behaviour')
    const ofIngest = { source: 'ingest', scope: '' }
    expect(why(row(order, { ...ofIngest, from_topic: 'flipside.orders' }))).toBe('flipside.orders')
    expect(why(row(order, { ...ofIngest, from_topic: 'flipside.behaviour' }))).toBe(
      'type: order_placed belongs in flipside.orders, and it stood in flipside.behaviour'
    )
  })

  it('goes with its own id, and the time at which it came', () => {
    const judged = judgeRejected(row({ ...viewed, received_at: '2020-01-01T00:00:00Z' }))
    expect(judged).toMatchObject({
      ok: true,
      outgoing: {
        key: 'guest',
        event: { event_id: viewed.event_id, received_at: '2026-01-31T12:00:01.000Z' }
      }
    })
  })

  it('stays what it is when it is still wrong, too large, from the future, cut or scrubbed', () => {
    const base64 = Buffer.from(JSON.stringify(viewed)).toString('base64')
    expect(why(row({}, { body: base64, body_encoding: 'base64' }))).toBe('flipside.behaviour')
    expect(why(row({ ...viewed, type: 'nonsense' }))).toBe('type: unknown event type "nonsense"')
    expect(why(row({ ...viewed, occurred_at: '2026-03-01T12:00:00Z' }))).toContain('more than a day ahead')
    expect(why(row({}, { body: `{"type":"${'x'.repeat(256 * 1024)}`.slice(0, 256 * 1024) }))).toContain(
      '256 KiB'
    )
    expect(why(row({}, { body: '' }))).toBe('nothing is left of it')
  })
})

describe('rejected messages', { timeout: 120_000 }, () => {
  let shop: EmbeddedShop
  beforeAll(async () => {
    shop = await openEmbeddedShop()
  })
  afterAll(() => shop.close())

  const count = async (from: string) => {
    const [found] = await shop.rows<{ count: number }>(`SELECT toUInt32(count()) AS count FROM ${from}`)
    return found?.count
  }
  const ended = async () => (await shop.readEnds()).find(({ topic }) => topic === REJECTED_TOPIC)?.end ?? 0

  it('of ingest reach the topic of rejected messages, and the table once', async () => {
    await shop.sendBytes('flipside.stock', 'not JSON')
    await shop.sendBytes('flipside.stock', '{"type":"nonsense"}')
    await shop.sendBytes(REJECTED_TOPIC, 'not even a rejected message')
    await shop.ingest()
    await shop.ingest()
    expect(await ended()).toBe(3)
    expect(await shop.rows('SELECT topic, body FROM raw.rejected ORDER BY topic, offset')).toEqual([
      { topic: REJECTED_TOPIC, body: 'not even a rejected message' },
      { topic: 'flipside.stock', body: 'not JSON' },
      { topic: 'flipside.stock', body: '{"type":"nonsense"}' }
    ])
    expect(
      await shop.rows(
        `SELECT toUInt32(sum(rejected)) AS rejected, toUInt32(sum(repeats)) AS repeats FROM ops.ingest_blocks WHERE topic = '${REJECTED_TOPIC}'`
      )
    ).toEqual([{ rejected: 1, repeats: 2 }])
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('that are valid after a mistake was mended are stored once, however often that is tried', async () => {
    await shop.send(...[1, 2, 3].map(orderPlaced))
    await shop.ingest(refusing((orderId) => orderId !== 'order 2'))
    expect(await count('raw.orders')).toBe(1)
    const filter = { topic: 'flipside.orders' }
    const groups = await readGroups(shop.client, filter)
    expect(groups).toMatchObject({ messages: 2, reasons: 1 })
    const again = () =>
      shop.withSender(async (sender) => {
        const pages = readPages(shop.client, filter)
        await replayRejected(
          pages,
          { client: shop.client, send: sendToLog(sender), say: () => {} },
          { isDryRun: false }
        )
      })
    const killed = shop.withSender(async (sender) => {
      const send = async (...args: Parameters<ReturnType<typeof sendToLog>>) => {
        await sendToLog(sender)(...args)
        throw new Error('killed')
      }
      await replayRejected(
        readPages(shop.client, filter),
        { client: shop.client, send, say: () => {} },
        { isDryRun: false }
      )
    })
    await expect(killed).rejects.toThrow('killed')
    await again()
    const endOfOrders = async () =>
      (await shop.readEnds()).find(({ topic }) => topic === 'flipside.orders')?.end
    const sent = await endOfOrders()
    await again()
    expect(await endOfOrders()).toBe(sent)
    await shop.ingest()
    expect(await shop.rows('SELECT order_id FROM raw.orders ORDER BY order_id')).toEqual(
      [1, 2, 3].map((number) => ({ order_id: `order ${number}` }))
    )
    expect(await readNewest(shop.client, filter, 10)).toEqual([])
    expect(await readNewest(shop.client, { ...filter, withClosed: true }, 10)).toHaveLength(2)
    expect(await shop.verify(true)).toMatchObject({ broken: [] })
  })

  it('are listed, shown and sent again from the command line', async () => {
    await shop.send(...[4, 5].map(orderPlaced))
    await shop.ingest(refusing((orderId) => orderId === 'order 5'))
    const run = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)(process.execPath, ['ingest/rejected.ts', ...args], {
        cwd: join(import.meta.dirname, '../..'),
        env: { ...process.env, DATA_DIR: shop.dir, PORT: '1', KAFKA_BROKERS: '' }
      })
      return stdout
    }
    expect(await run('list')).toContain('order_id: is wrong by a rule that is itself wrong')
    expect(await run('list', '--topic', 'flipside.rentals')).toContain('Nothing is rejected')
    const [newest] = await readNewest(shop.client, { topic: 'flipside.orders' }, 1)
    const place = `flipside.orders/0@${newest?.offset}`
    expect(await run('show', place)).toContain('valid: replay sends it to flipside.orders')
    expect(await run('replay', place, '--dry-run')).toContain('1 would be sent')
    expect(await run('replay', place)).toContain('1 sent, 0 still wrong, 0 refused')
    expect(await run('replay', place)).toContain('0 sent')
    await shop.ingest()
    expect(await count("raw.orders WHERE order_id = 'order 5'")).toBe(1)
    await expect(run('replay')).rejects.toThrow('replay takes places, or at least one of')
  })
})
