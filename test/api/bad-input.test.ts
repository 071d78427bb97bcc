import { connect, type Socket } from 'node:net'
import { deflateSync, gzipSync } from 'node:zlib'
import pino from 'pino'
import type { TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import * as fc from 'fast-check'
import { exampleOf } from '../../docs/event-examples.ts'
import { eventSchemas, eventTypes, type EventType } from '../../models/contracts/events.ts'
import type { RejectedMessage } from '../../models/contracts/topics.ts'
import { ADMIN, BROWSER, fakeApp, SERVER } from './fakes.ts'

/** Lines that only a mistake of ours writes. */
const mistakes: string[] = []
const log = pino({ level: 'error' }, { write: (line: string) => void mistakes.push(line) })
const { app, sent } = await fakeApp(undefined, { log })
let port = 0
beforeAll(async () => {
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
})
beforeEach(() => {
  sent.clear()
  mistakes.length = 0
})
afterAll(() => app.close())

const checks = new Map(eventTypes.map((type) => [type, Compile(eventSchemas[type] as TObject)]))
const SEED = 20_260_131
const MIB = 1024 * 1024

type Answer = {
  status: number
  accepted?: number
  rejected?: number
  results?: { status: string; code?: string; reason?: string }[]
  error?: { code: string; message: string; field?: string }
}

async function post(
  payload: string | Buffer,
  { key = SERVER, type = 'application/json', encoding = '' } = {}
): Promise<Answer> {
  const headers = {
    'content-type': type,
    authorization: key,
    ...(encoding && { 'content-encoding': encoding })
  }
  const answer = await app.inject({ method: 'POST', url: '/v1/events', headers, payload })
  const told = JSON.parse(answer.body) as Omit<Answer, 'status'>
  return { status: answer.statusCode, ...told }
}

const keptBodies = () =>
  (sent.get('flipside.rejected') ?? []).map(({ value }) => JSON.parse(String(value)) as RejectedMessage)
const storedCount = () =>
  [...sent].reduce((sum, [topic, list]) => sum + (topic === 'flipside.rejected' ? 0 : list.length), 0)

/** For every field of every type in turn, one of these in its place, as JSON text; the empty text leaves it out. */
const WRONG_VALUES = [
  '',
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e308',
  '1e999',
  '-1e999',
  '9007199254740993',
  '""',
  '"\\u0000"',
  '"\\ud800"',
  JSON.stringify('x'.repeat(20_000)),
  '[]',
  '{}',
  '[[[[]]]]',
  '{"__proto__":{"is_bot":true}}',
  '{"constructor":{"prototype":1}}',
  `"'; DROP TABLE raw.orders; --"`,
  '"2025-02-30T00:00:00Z"',
  '"2099-01-01T00:00:00Z"',
  '"1969-12-31T23:59:59Z"',
  '"NaN"',
  '"1,00"',
  '"0.00001"',
  '"99999999999999"',
  '"../../etc/passwd"'
]

function spoiltEvents(): { type: EventType; field: string; text: string }[] {
  return eventTypes.flatMap((type) => {
    const event = exampleOf(type)
    return Object.keys(eventSchemas[type].properties).flatMap((field) =>
      WRONG_VALUES.map((value) => {
        const fields = Object.entries({ ...event, [field]: undefined }).map(([name, known]) => {
          const json = name === field ? value : JSON.stringify(known)
          return json === '' ? [] : `${JSON.stringify(name)}:${json}`
        })
        return { type, field, text: `{${fields.flat().join(',')}}` }
      })
    )
  })
}

test('of every type, every field with wrong values: what is taken is right, what is not is kept with its reason', async () => {
  // Every third: the values come round, so each field meets a third of them.
  const spoilt = spoiltEvents().filter((_, i) => i % 3 === 0)
  expect(spoilt.length).toBeGreaterThan(5_000)
  let [accepted, rejected] = [0, 0]
  for (let i = 0; i < spoilt.length; i += 100) {
    sent.clear()
    const batch = spoilt.slice(i, i + 100)
    const answer = await post(`[${batch.map(({ text }) => text).join(',')}]`, { key: ADMIN })
    expect(answer.status).toBe(202)
    const results = answer.results ?? []
    const refused = batch.filter((_, k) => results[k]?.status === 'rejected')
    expect(results).toHaveLength(batch.length)
    expect(keptBodies().map(({ body }) => body)).toEqual(
      refused.map(({ text }) => JSON.stringify(JSON.parse(text)))
    )
    expect(storedCount() + refused.length).toBe(batch.length)
    for (const [k, { type, field, text }] of batch.entries()) {
      const isRight = checks.get(type)?.Check(JSON.parse(text)) ?? false
      if (results[k]?.status === 'accepted') expect({ text, isRight }).toMatchObject({ isRight: true })
      else if (isRight) expect(['occurred_at', 'user_id', 'anonymous_id', 'lines']).toContain(field)
      else expect(results[k]?.reason).toBeTruthy()
    }
    accepted += storedCount()
    rejected += refused.length
  }
  expect(accepted + rejected).toBe(spoilt.length)
  expect(rejected).toBeGreaterThan(spoilt.length / 2)
  expect(mistakes).toEqual([])
})

const valid = eventTypes.map((type) => JSON.stringify(exampleOf(type)))
const bytesOf = (text: string) => Buffer.from(text)
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

/** Bodies that are whole, broken as a whole, or nearly. */
const brokenBodies = fc.oneof(
  fc.constantFrom(...valid).map(bytesOf),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.constantFrom(...valid), fc.nat()).map(([text, at]) => bytesOf(text.slice(0, at % text.length))),
  // A byte that is no UTF-8 in the middle of an event.
  fc
    .tuple(fc.constantFrom(...valid), fc.nat(), fc.integer({ min: 128, max: 255 }))
    .map(([text, at, byte]) => {
      const bytes = bytesOf(text)
      bytes[at % bytes.length] = byte
      return bytes
    }),
  fc.tuple(fc.constantFrom(...valid), fc.constantFrom(...WRONG_VALUES.slice(1))).map(([text, value]) =>
    // A key twice: the last one counts.
    bytesOf(`${text.slice(0, -1)},"event_id":${value}}`)
  ),
  fc
    .tuple(
      fc.constantFrom('type', 'event_id', 'lines', 'extra', '__proto__'),
      fc.integer({ min: 1, max: 60_000 })
    )
    .map(([field, levels]) => bytesOf(`{"type":"order_placed","${field}":${deep(levels)}}`)),
  fc.constantFrom(...WRONG_VALUES, '{"events":{}}', '{"events":[]}', '[[]]', '\ufeff{}').map(bytesOf),
  fc.json().map(bytesOf)
)

test('whole bodies, broken in every way, plain or packed: a 202 or a 4xx that says why, and nothing is lost track of', async () => {
  const encodings = fc.constantFrom(
    '',
    '',
    'identity',
    'gzip',
    'deflate',
    'gzip garbage',
    'gzip cut',
    'br',
    'GZIP'
  )
  const kinds = fc.constantFrom('application/json', 'application/json', 'text/plain', 'text/html')
  const keys = fc.constantFrom(BROWSER, SERVER, ADMIN, ADMIN, 'Bearer nobody', 'Bearer \u007f', '')
  const totals = { requests: 0, accepted: 0, rejected: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(brokenBodies, encodings, kinds, keys, async (bytes, how, type, key) => {
      sent.clear()
      const [encoding = '', flaw] = how.split(' ')
      const packed = /gzip/i.test(encoding) ? gzipSync(bytes) : how === 'deflate' ? deflateSync(bytes) : bytes
      const body =
        flaw === 'garbage' ? bytes : flaw === 'cut' ? packed.subarray(0, packed.length >> 1) : packed
      const answer = await post(body, { key, type, encoding })
      totals.requests++
      expect([202, 400, 401, 403, 415]).toContain(answer.status)
      if (answer.status === 202) {
        const results = answer.results ?? []
        const forbidden = results.filter(({ code }) => code === 'forbidden').length
        expect(answer.accepted).toBe(storedCount())
        expect(answer.rejected).toBe(keptBodies().length + forbidden)
        expect(results).toHaveLength((answer.accepted ?? 0) + (answer.rejected ?? 0))
        totals.accepted += storedCount()
        totals.rejected += keptBodies().length
        totals.refused += forbidden
        return
      }
      expect(answer.error?.message).toBeTruthy()
      expect(storedCount()).toBe(0)
      const isKept = ['invalid_event', 'invalid_json', 'invalid_encoding'].includes(answer.error?.code ?? '')
      expect(keptBodies()).toHaveLength(isKept ? 1 : 0)
      totals[isKept ? 'rejected' : 'refused']++
      for (const { scope, body: kept, body_encoding } of keptBodies()) {
        expect(scope).toBe(key === BROWSER ? 'browser' : key === SERVER ? 'server' : 'admin')
        const isWhole = ['invalid_json', 'invalid_encoding'].includes(answer.error?.code ?? '')
        const expected = answer.error?.code === 'invalid_encoding' ? body : bytes
        if (isWhole) expect(Buffer.from(kept, body_encoding)).toEqual(expected)
      }
    }),
    { seed: SEED, numRuns: 3_000 }
  )
  expect(totals.requests).toBe(3_000)
  expect(Math.min(totals.accepted, totals.rejected, totals.refused)).toBeGreaterThan(50)
  expect(mistakes).toEqual([])
})

test('a small body that inflates to more than 4 MiB is a 413, and so is a large one', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * MIB, ' '), { level: 1 })
  expect(bomb.length).toBeLessThan(MIB)
  for (const [body, encoding] of [
    [bomb, 'gzip'],
    [deflateSync(Buffer.alloc(5 * MIB)), 'deflate'],
    [Buffer.alloc(4 * MIB + 1, ' '), '']
  ] as const) {
    expect(await post(body, { encoding })).toMatchObject({ status: 413, error: { code: 'body_too_large' } })
  }
  expect(keptBodies()).toEqual([])
  expect(await post(gzipSync(valid[0] ?? ''), { encoding: 'gzip' })).toMatchObject({ status: 202 })
})

/** Writes to a socket of its own, and answers what comes back until the other side ends, or `done` has seen enough. */
async function talk(
  parts: (string | Buffer)[],
  options: { end?: boolean; done?: (text: string) => boolean; signal?: AbortSignal } = {}
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket: Socket = connect(port, '127.0.0.1')
  let text = ''
  const finish = () => {
    socket.destroy()
    resolve(text)
  }
  socket.setTimeout(10_000, finish).on('error', finish).on('close', finish)
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
    if (options.done?.(text)) finish()
  })
  options.signal?.addEventListener('abort', finish)
  for (const part of parts) socket.write(part)
  if (options.end) socket.end()
  return promise
}

const statusOf = (text: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
const head = (...headers: string[]) =>
  [
    'POST /v1/events HTTP/1.1',
    'host: shop',
    `authorization: ${SERVER}`,
    'content-type: application/json',
    ...headers
  ]
    .map((line) => `${line}\r\n`)
    .join('') + '\r\n'
const event = valid[0] ?? ''
const close = 'connection: close'

test.each<[string, string[], number]>([
  ['a length that is no number', [head('content-length: many'), event], 400],
  ['a negative length', [head('content-length: -1'), event], 400],
  ['two lengths', [head('content-length: 5', 'content-length: 6'), event], 400],
  ['a length and chunks', [head('content-length: 5', 'transfer-encoding: chunked'), '0\r\n\r\n'], 400],
  ['a chunk of no size', [head('transfer-encoding: chunked', close), 'zz\r\n'], 400],
  [
    'a chunk larger than it says',
    [head('transfer-encoding: chunked', close), `3\r\n${event}\r\n0\r\n\r\n`],
    400
  ],
  ['headers of 40 KB', [head(`x-large: ${'x'.repeat(40_000)}`)], 431],
  ['ten thousand headers', [head(...Array.from({ length: 10_000 }, (_, i) => `x-${i}: 1`))], 431],
  ['a NUL in a header', [head('x-nul: \u0000')], 400],
  ['no HTTP at all', ['\u0016\u0003\u0001\u0002\u0000\r\n\r\n'], 400],
  ['a body of no length', [head(close)], 400],
  ['a length shorter than the body', [head('content-length: 9', close), event], 400],
  ['a length that nobody may send', [head('content-length: 99999999999'), event], 413]
])('%s, as bytes on a socket, is answered and does no harm', async (_name, parts, status) => {
  expect(statusOf(await talk(parts))).toBe(status)
  expect(storedCount()).toBe(0)
  expect(mistakes).toEqual([])
})

test('a sender that goes away in the middle does no harm, and nothing of it is taken', async () => {
  const length = `content-length: ${event.length}`
  const cuts = Array.from({ length: 40 }, (_, i) => (i * event.length) / 40)
  await Promise.all([
    ...cuts.map((at) => talk([head(length), event.slice(0, at)], { end: true })),
    ...cuts.map((at) => talk([head('content-encoding: gzip', length), event.slice(0, at)], { end: true }))
  ])
  expect(sent.size).toBe(0)
  expect((await app.inject('/health')).statusCode).toBe(200)
  expect(mistakes).toEqual([])
})

test('endless chunks end at 4 MiB', async () => {
  const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
  const parts = [head('transfer-encoding: chunked'), ...Array.from({ length: 65 }, () => chunk)]
  expect(statusOf(await talk(parts))).toBe(413)
})

test('many large bodies at once are refused before they fill the memory, and taken when there is room again', async () => {
  const almost = Buffer.alloc(4 * MIB - 1, ' ')
  const answered = (text: string) => text.includes('HTTP/1.1')
  const leaving = new AbortController()
  const holding = Array.from({ length: 18 }, () =>
    talk([head(`content-length: ${4 * MIB}`), almost], { done: answered, signal: leaving.signal })
  )
  const first = await Promise.race(holding)
  expect(statusOf(first)).toBe(429)
  expect(first).toContain('too_many_bodies')
  expect(first.toLowerCase()).toContain('retry-after: 1')
  leaving.abort()
  await Promise.all(holding)
  await vi.waitFor(async () =>
    expect(await post(Buffer.concat([Buffer.from(event), almost.subarray(event.length)]))).toMatchObject({
      status: 202
    })
  )
  expect(mistakes).toEqual([])
})
