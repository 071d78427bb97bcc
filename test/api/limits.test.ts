import { afterEach, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { createBounded } from '../../api/bounded.ts'
import type { ApiApp } from '../../api/dependencies.ts'
import { createRateLimit } from '../../api/rate-limit.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { fakeApp, SERVER } from './fakes.ts'

const open: ApiApp[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()))
})

const stock = {
  type: 'stock_adjusted',
  event_id: '01890000-0000-7000-8000-000000000002',
  occurred_at: '2026-01-02T03:04:05Z',
  product_id: 'lantern',
  quantity: -2
}
const events = (count: number) => JSON.stringify(Array.from({ length: count }, () => stock))

async function post(app: ApiApp, payload: string | Buffer, headers: Record<string, string> = {}) {
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': 'application/json', authorization: SERVER, ...headers },
    payload
  })
  return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], ...answer.json() }
}

const caller = (eventsPerSecond: number, key_id = 'k') => ({
  key_id,
  scope: 'server' as const,
  eventsPerSecond
})

test('a key past its limit is told when to come again, and nothing of that batch is taken', async () => {
  const config = readConfig({ SERVER_KEY: 'secret', SERVER_EVENTS_PER_SECOND: '5' })
  const { app, sent } = await fakeApp(undefined, { config })
  open.push(app)
  expect(await post(app, events(8))).toMatchObject({ status: 202, accepted: 8 })
  const refused = await post(app, events(8))
  expect(refused).toMatchObject({ status: 429, error: { code: 'too_many_events' } })
  expect(Number(refused.retryAfter)).toBeGreaterThanOrEqual(1)
  expect(sent.get('flipside.stock')).toHaveLength(8)
})

test('in any second and whatever the batches, a key sends its limit, two seconds’ worth more, and one batch', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: 500 })), {
        maxLength: 60
      }),
      (eventsPerSecond, batches) => {
        const limit = createRateLimit()
        let [nowMs, taken] = [0, 0]
        for (const [pauseMs, count] of batches) {
          nowMs += pauseMs
          const wait = limit.take(caller(eventsPerSecond), count, nowMs)
          if (wait === 0) taken += count
          expect(taken).toBeLessThanOrEqual(eventsPerSecond * (2 + nowMs / 1_000) + 500)
          // What it was told holds: who waits so long may send.
          expect(limit.waitSeconds(caller(eventsPerSecond), count, nowMs + wait * 1_000)).toBe(
            wait === 0 ? limit.waitSeconds(caller(eventsPerSecond), count, nowMs) : 0
          )
          nowMs += wait * 1_000
        }
      }
    ),
    { seed: 8, numRuns: 300 }
  )
})

test('one key’s limit is no other’s', () => {
  const limit = createRateLimit()
  expect(limit.take(caller(1, 'a'), 2, 0)).toBe(0)
  expect(limit.take(caller(1, 'a'), 1, 0)).toBe(1)
  expect(limit.take(caller(1, 'b'), 2, 0)).toBe(0)
})

test('what is held stays below the bound, and alone anything may pass', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 50 }), (steps) => {
      const bounded = createBounded(100)
      const taken: number[] = []
      for (const step of steps) {
        if (step < 0) bounded.giveBack(taken.pop() ?? 0)
        else if (bounded.take(step)) taken.push(step)
        expect(taken.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(100)
      }
    }),
    { seed: 2, numRuns: 300 }
  )
  expect(createBounded(1).take(1_000)).toBe(true)
})

test('while the log is behind, senders are asked to wait; when it has caught up, they may send again', async () => {
  const stuck = Promise.withResolvers<void>()
  const { app } = await fakeApp(undefined, { sendEvents: () => stuck.promise })
  open.push(app)
  const order = {
    type: 'order_placed',
    event_id: stock.event_id,
    occurred_at: stock.occurred_at,
    order_id: 'o',
    currency: 'GBP',
    lines: Array.from({ length: 400 }, (_, line_id) => ({
      line_id,
      kind: 'product',
      product_id: 'p',
      description: 'x'.repeat(400),
      quantity: 1,
      unit_price: '1'
    }))
  }
  const large = JSON.stringify(Array.from({ length: 20 }, () => order))
  const waiting = Array.from({ length: 12 }, () => post(app, large))
  const refused = await Promise.race(waiting)
  expect(refused).toMatchObject({ status: 429, retryAfter: '1', error: { code: 'log_behind' } })
  stuck.resolve()
  const statuses = (await Promise.all(waiting)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 202).length).toBeGreaterThan(5)
  expect(await post(app, events(1))).toMatchObject({ status: 202 })
})
