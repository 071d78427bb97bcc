import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { loadBatches, loadEvents, loadMessages, postLoad } from '../../embedded/shops/music/load.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { keyOf, topicOf } from '../../models/contracts/topics.ts'

const load = { count: 3_000, end: '2026-11-01T00:00:00Z' }
let server: Server | undefined

afterEach(() => {
  server?.close()
})

it('makes as many events as asked for, before the end, without an opening day', () => {
  const events = [...loadEvents(load)]
  expect(events).toHaveLength(3_000)
  expect(events.filter((event) => event.type === 'product_upserted').length).toBeLessThan(30)
  expect(events.every((event) => Date.parse(event.occurred_at) < Date.parse(load.end))).toBe(true)
})

it('makes messages for the log of the same events', () => {
  const [first] = loadEvents(load)
  const [message] = loadMessages(load)
  if (!first) throw new Error('no events')
  expect(message).toEqual({
    topic: topicOf[first.type],
    message: { key: keyOf(first), value: JSON.stringify(first) }
  })
})

it('packs batches in which events of one key keep their lane and order', () => {
  const batches = [...loadBatches({ ...load, lanes: 4 })]
  expect(batches.reduce((sum, batch) => sum + batch.events, 0)).toBe(3_000)
  expect(batches.filter((batch) => batch.events < 50).length).toBeLessThanOrEqual(4)
  const byLane = Map.groupBy(batches, (batch) => batch.lane)
  const lanes = [...byLane.values()].map((some) =>
    some.flatMap((batch) => JSON.parse(batch.body) as ShopEvent[])
  )
  expect(lanes).toHaveLength(4)
  const keys = lanes.map((events) => new Set(events.map(keyOf)))
  expect(keys.reduce((sum, some) => sum + some.size, 0)).toBe(new Set(lanes.flat().map(keyOf)).size)
  for (const events of lanes)
    expect(events.every((event, i) => event.occurred_at >= (events[i - 1]?.occurred_at ?? ''))).toBe(true)
})

it('gives a busy collector the time that it asks for, and counts what it took', async () => {
  let busyUntilMs: number | undefined
  const collector = await listen((body) => {
    busyUntilMs ??= performance.now() + 950
    // Whoever comes back sooner is sent away again, and that is counted.
    return performance.now() < busyUntilMs ? undefined : (JSON.parse(body) as unknown[]).length
  })
  const report = await postLoad(loadBatches({ ...load, count: 200 }), {
    url: collector,
    key: 'any',
    stopped: new AbortController().signal,
    eventsPerSecond: Infinity,
    requestsMax: 2
  })
  expect(report).toMatchObject({ requests: 4, accepted: 200, rejected: 0, repeated: 1 })
})

it('stops with the first error that will not pass', async () => {
  const collector = await listen(() => {
    throw new Error('401')
  })
  const sending = postLoad(loadBatches({ ...load, count: 200 }), {
    url: collector,
    key: 'wrong',
    stopped: new AbortController().signal,
    eventsPerSecond: Infinity,
    requestsMax: 2
  })
  await expect(sending).rejects.toThrow('401')
})

/** A collector: how many it accepts, undefined for 429 with a second to wait, an error for 401. */
async function listen(take: (body: string) => number | undefined): Promise<string> {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      try {
        const accepted = take(body)
        if (accepted === undefined) response.writeHead(429, { 'retry-after': '1' }).end('{}')
        else response.writeHead(202).end(JSON.stringify({ accepted, rejected: 0, results: [] }))
      } catch {
        response.writeHead(401).end('{}')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return `http://127.0.0.1:${address.port}`
}
