import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLogSender, readLogEnds } from '../../embedded/log.ts'
import { openSender } from '../../embedded/sender.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { EventSender } from '../../models/contracts/event-log.ts'
import { fakeApp } from '../api/fakes.ts'

const TOPIC = 'flipside.stock'
const SERVER_KEY = 'secret'
const warning = (i: number) => ({
  key: 'lp',
  value: JSON.stringify({
    type: 'stock_alert_raised',
    event_id: `0198c0de-0000-7000-8000-${String(i).padStart(12, '0')}`,
    occurred_at: '2026-02-01T12:00:00Z',
    product_id: 'lp',
    alert: 'low_stock'
  })
})

let dir: string
let closing: (() => Promise<unknown>)[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'flipside-sender-'))
  closing = []
})
afterEach(async () => {
  for (const close of closing) await close()
  await rm(dir, { recursive: true, force: true })
})

const stored = () => readLogEnds(join(dir, 'log'), [TOPIC]).reduce((sum, { end }) => sum + end, 0)
async function openLog(): Promise<EventSender> {
  const log = await openLogSender({ dir: join(dir, 'log') })
  closing.push(() => log.close())
  return log
}
/** The API over the embedded log, of which it holds what it has written to. */
async function startApi(): Promise<string> {
  const log = await openLog()
  await log.send(TOPIC, [warning(0)])
  const config = readConfig({ SERVER_KEY })
  const { app } = await fakeApp(undefined, { config, sendEvents: (topic, some) => log.send(topic, some) })
  closing.unshift(() => app.close())
  return new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port
}

it('sends through an API that holds the log, however much it is', async () => {
  const sender = await openSender(readConfig({ DATA_DIR: dir, PORT: await startApi(), SERVER_KEY }))
  await sender.send(
    TOPIC,
    Array.from({ length: 1_200 }, (_, i) => warning(i + 1))
  )
  expect(stored()).toBe(1_201)
})

it('finds the key that the demo made for this folder', async () => {
  await writeFile(join(dir, 'server.key'), SERVER_KEY)
  const sender = await openSender(readConfig({ DATA_DIR: dir, PORT: await startApi() }))
  await sender.send(TOPIC, [warning(1)])
  expect(stored()).toBe(2)
})

it('says what is missing where it may not send through that API', async () => {
  const sender = await openSender(readConfig({ DATA_DIR: dir, PORT: await startApi() }))
  await expect(sender.send(TOPIC, [warning(1)])).rejects.toThrow('the API holds the log: set SERVER_KEY')
})

it('without an API it writes to the log, and an API that starts then finds it free', async () => {
  const sender = await openSender(readConfig({ DATA_DIR: dir, PORT: '1', SERVER_KEY }))
  await sender.send(TOPIC, [])
  await sender.send(TOPIC, [warning(1), warning(2)])
  const log = await openLog()
  await log.send(TOPIC, [warning(3)])
  expect(stored()).toBe(3)
})
