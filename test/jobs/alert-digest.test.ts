import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { tellAlerts } from '../../jobs/alert-digest.ts'
import type { Message } from '../../jobs/alerts/message.ts'
import { keepNotices, NOTICES_KEY, NOTICES_MAX, WEBHOOK_KEY } from '../../jobs/alerts/notices.ts'
import { runJob } from '../../jobs/job.ts'
import { jobs } from '../../jobs/jobs.ts'
import { openCommands } from '../../jobs/redis.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import type { Addressed } from '../../models/inventory/digest.ts'
import { openWarehouseShop, type WarehouseShop } from '../ingest/warehouse-shop.ts'

const NOON_MS = Date.parse('2026-02-01T12:00:00Z')
const MINUTE_MS = 60_000
const SECRET = 'a secret of the shop and its receiver'

type Received = { delivery: string; body: string; isSigned: boolean }
type Answering = (response: ServerResponse) => void

/** As docs/stock-webhook.md shows it. */
function isSigned(
  signature: string,
  body: string,
  { secret, nowSeconds }: { secret: string; nowSeconds: number }
) {
  const [, seconds = '', given = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
  const expected = createHmac('sha256', secret).update(`${seconds}.${body}`).digest()
  return (
    Math.abs(nowSeconds - Number(seconds)) < 300 &&
    timingSafeEqual(expected, Buffer.from(given.padEnd(64, '0'), 'hex'))
  )
}

let shop: WarehouseShop
const received: Received[] = []
let nowMs = NOON_MS
let answer: Answering = (response) => response.writeHead(204).end()
const receiver = createServer((request, response) => void receive(request, response))
async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  const signature = String(request.headers['flipside-signature'])
  received.push({
    delivery: String(request.headers['flipside-delivery']),
    body,
    isSigned: isSigned(signature, body, { secret: SECRET, nowSeconds: nowMs / 1000 })
  })
  answer(response)
}
const status =
  (code: number): Answering =>
  (response) =>
    response.writeHead(code, { location: '/other' }).end()

beforeAll(async () => {
  shop = await openWarehouseShop()
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  await shop.send({
    type: 'product_upserted',
    event_id: '0198c0de-0000-7000-8000-000000000001',
    occurred_at: '2026-01-31T12:00:00Z',
    product_id: 'lp',
    work_id: 'w',
    title: 'Kind of Blue',
    attributes: {},
    price: '5',
    currency: 'GBP'
  })
})
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await shop.close()
})
beforeEach(async () => {
  await shop.redis.flushall()
  received.length = 0
  nowMs = NOON_MS
  answer = status(204)
})

function portOf(server: Server): number {
  const at = server.address()
  return typeof at === 'object' && at ? at.port : 0
}
const configOf = (url = `http://127.0.0.1:${portOf(receiver)}/hook?token=hidden`) =>
  readConfig({ ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: SECRET })
const ports = (url?: string) => ({
  clickhouse: shop.clickhouse,
  redis: shop.redis,
  config: configOf(url),
  progress: () => {},
  sendEvents: async () => {}
})
/** A tick so many minutes after noon. */
async function tick(minute: number, { url, answerMsMax }: { url?: string; answerMsMax?: number } = {}) {
  nowMs = NOON_MS + minute * MINUTE_MS
  const options = { nowMs, ...(answerMsMax !== undefined && { answerMsMax }) }
  return tellAlerts(ports(url), options).then(
    ({ detail }) => detail,
    (error: unknown) => `failed: ${String(error)}`
  )
}
const notice = (fields: Partial<Addressed> = {}): Addressed => ({
  product_id: 'lp',
  alert: 'low_stock',
  group: 'supplier',
  kind: 'raised',
  atMs: NOON_MS - MINUTE_MS,
  units: 3,
  ...fields
})
async function keep(...notices: Addressed[]): Promise<void> {
  await openCommands(shop.redis)(await keepNotices(shop.redis, notices), { atomic: true })
}
const messages = () => received.map(({ body }) => JSON.parse(body) as Message)

it('one message tells of all alerts, a group each, and is signed', async () => {
  await keep(notice(), notice({ product_id: 'cd', alert: 'stock_out', units: 0, group: '' }))
  expect(await tick(0)).toBe('told, at attempt 1')
  const [message] = messages()
  expect(received).toMatchObject([{ isSigned: true, delivery: message?.id }])
  const line = { title: null, kind: 'raised', at: '2026-02-01T11:59:00.000Z' }
  expect(message).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    made_at: '2026-02-01T12:00:00.000Z',
    groups: expect.arrayContaining([
      {
        supplier: 'supplier',
        lines: [{ ...line, product_id: 'lp', title: 'Kind of Blue', alert: 'low_stock', units: 3 }],
        left_out: 0
      },
      {
        supplier: null,
        lines: [{ ...line, product_id: 'cd', alert: 'stock_out', units: 0 }],
        left_out: 0
      }
    ]),
    dropped: 0
  })
  expect(isSigned(`t=1,v1=${'0'.repeat(64)}`, '', { secret: SECRET, nowSeconds: 1 })).toBe(false)
})

it('after a message it rests, and what was raised and cleared meanwhile is no news', async () => {
  await keep(notice())
  await tick(0)
  await keep(notice({ atMs: NOON_MS + 1 }), notice({ atMs: NOON_MS + 2, kind: 'cleared', units: 9 }))
  expect(await tick(14)).toBe('rests 1 min more')
  expect(await tick(15)).toBe('nothing to tell: all that was raised is over, or snoozed')
  expect(await tick(16)).toBe('nothing to tell')
  expect(received).toHaveLength(1)
})

it('what somebody snoozed before the message went is not in it', async () => {
  const snooze = (i: number, product_id: string, fields: object = {}): ShopEvent => ({
    type: 'stock_alert_snoozed',
    event_id: `0198c0de-0000-7000-8000-00000000001${i}`,
    occurred_at: '2026-02-01T12:00:00Z',
    product_id,
    alert: 'low_stock',
    ...fields
  })
  await shop.send(snooze(1, 'quiet'), snooze(2, 'over', { until: '2026-02-01T12:10:00Z' }))
  await shop.send(snooze(3, 'cleared'), snooze(4, 'worse', { worse_below: 4 }))
  const of = (product_id: string, fields = {}) => notice({ product_id, ...fields })
  await keep(of('quiet'))
  expect(await tick(5)).toBe('nothing to tell: all that was raised is over, or snoozed')
  await keep(of('quiet'), of('over'), of('cleared', { kind: 'cleared' }), of('worse'), of('lp'))
  await tick(12)
  const told = messages()[0]?.groups.flatMap(({ lines }) => lines.map(({ product_id }) => product_id))
  expect(told?.toSorted()).toEqual(['cleared', 'lp', 'over', 'worse'])
})

it('a receiver that fails is told again, later each time, with the same delivery', async () => {
  await keep(notice())
  answer = status(500)
  expect(await tick(0)).toContain('the receiver answered 500 at attempt 1; tries again at 2026-02-01T12:01')
  await keep(notice({ product_id: 'cd' }))
  expect(await tick(1)).toContain('attempt 2; tries again at 2026-02-01T12:03')
  expect(await tick(2)).toContain('tries again at 2026-02-01T12:03')
  answer = status(200)
  expect(await tick(3)).toBe('told, at attempt 3')
  expect(new Set(received.map(({ delivery }) => delivery)).size).toBe(1)
  expect(new Set(received.map(({ body }) => body)).size).toBe(1)
  expect(received.map((one) => one.isSigned)).toEqual([true, true, true])
  expect(await tick(18)).toBe('told, at attempt 1')
  expect(messages().at(-1)?.groups[0]?.lines[0]?.product_id).toBe('cd')
})

it.each([
  ['is too slow', () => {}, 'TimeoutError'],
  ['hangs up', (response: ServerResponse) => void response.destroy(), 'UND_ERR_SOCKET'],
  ['sends it elsewhere', status(307), 'answered 307'],
  ['has too much to do', status(429), 'answered 429']
])('a receiver that %s is told again', async (_name, answering, said) => {
  await keep(notice())
  answer = answering
  const detail = await tick(0, { answerMsMax: 200 })
  expect(detail).toContain(said)
  expect(detail).toContain('tries again at')
  answer = status(200)
  expect(await tick(1)).toBe('told, at attempt 2')
  expect(received).toHaveLength(2)
})

it('a receiver that is not there is told for a day, and then the run that gives up fails', async () => {
  await keep(notice())
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const url = `http://127.0.0.1:${portOf(closed)}/hidden`
  closed.close()
  let tries = 0
  let detail = ''
  for (let minute = 0; minute <= 26 * 60 && !detail.startsWith('failed'); minute++) {
    detail = await tick(minute, { url })
    if (detail.includes('attempt')) tries++
    expect(detail).not.toContain('hidden')
  }
  expect(detail).toMatch(
    /did not answer: ECONNREFUSED: the message [0-9a-f-]{36} of 2026-02-01T12:00:00.000Z is given up/
  )
  expect(tries).toBeGreaterThan(20)
  expect(tries).toBeLessThan(40)
  expect(await tick(27 * 60)).toBe('nothing to tell')
})

it('a receiver that wants no more is left alone at once, and the run says so', async () => {
  await keep(notice())
  answer = status(410)
  expect(await tick(0)).toMatch(/failed: Error: the receiver answered 410: the message .* is given up/)
  expect(await tick(15)).toBe('nothing to tell')
  expect(received).toHaveLength(1)
})

it('a process that dies between the post and the note repeats the delivery', async () => {
  await keep(notice())
  await tick(0)
  const { body = '', delivery = '' } = received[0] ?? {}
  // As the dead process left it.
  const left = { id: delivery, body, made_ms: NOON_MS, tries: 0, next_ms: NOON_MS }
  await shop.redis.hset(WEBHOOK_KEY, 'delivery', JSON.stringify(left))
  expect(await tick(1)).toBe('told, at attempt 1')
  expect(received[1]).toEqual(received[0])
})

it('a group has a hundred lines at most, a message a thousand, and the oldest news go first', async () => {
  const many = Array.from({ length: 12 }, (_, group) =>
    Array.from({ length: group === 5 ? 150 : 90 }, (_, i) =>
      notice({ product_id: `p${i}`, group: `g${group}`, atMs: NOON_MS - (group + 1) * MINUTE_MS })
    )
  ).flat()
  await keep(...many)
  await tick(0)
  await keep(notice({ group: 'newest', atMs: NOON_MS }))
  await tick(15)
  const [first, second] = messages()
  expect(first?.groups.map(({ supplier }) => supplier)).not.toContain('g0')
  expect(first?.groups.map(({ lines }) => lines.length).reduce((a, b) => a + b)).toBe(1_000)
  expect(first?.groups.find(({ supplier }) => supplier === 'g5')?.left_out).toBe(50)
  expect(second?.groups.map(({ supplier }) => supplier)).toEqual(['g0', 'newest'])
})

it('of too many notices the oldest are dropped, and the next message says how many', async () => {
  const waiting = Array.from({ length: NOTICES_MAX }, (_, i) => notice({ product_id: `p${i}`, atMs: i + 1 }))
  await keep(...waiting)
  await keep(notice({ atMs: NOON_MS }), notice({ product_id: 'cd', atMs: NOON_MS }))
  expect(await shop.redis.zcard(NOTICES_KEY)).toBe(NOTICES_MAX)
  await tick(0)
  await keep(notice({ atMs: NOON_MS + 1 }))
  await tick(15)
  expect(messages().map(({ dropped }) => dropped)).toEqual([2, 0])
})

it('without a receiver it is a job that says so', async () => {
  const job = jobs.find(({ name }) => name === 'alert-digest')
  expect(job).toMatchObject({ cron: '* * * * *' })
  if (!job) return
  const run = await runJob(job, { ...ports(), config: readConfig({}) })
  expect(run).toMatchObject({ ok: true, detail: 'nobody to tell: ALERT_WEBHOOK_URL is not set' })
})
