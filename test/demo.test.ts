import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo, type DemoProcess } from '../bench/measure/demo-process.ts'
import { REPLAY_FILE } from '../models/contracts/replay.ts'
import { launchChromium } from './chromium.ts'

const MINUTES = 60_000
let dataDir: string
let demo: DemoProcess

/** The real thing: every line of the file through collector, log, ingest, warehouse, jobs, serving store and API. */
describe('the demo', { timeout: 4 * MINUTES }, () => {
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'flipside-demo-'))
  })
  afterAll(async () => {
    await demo.stop()
    await rm(dataDir, { recursive: true, force: true })
  }, MINUTES)

  it('ends with the same totals after kill -9 and Ctrl-C in the middle', async () => {
    demo = await startDemo({ dataDir })
    await groupsSent(6_000)
    await demo.stop('SIGKILL')
    demo = await startDemo({ dataDir })
    await groupsSent(16_000)
    await demo.stop('SIGINT')
    demo = await startDemo({ dataDir })
    await demo.url
    await expectProved()
  })

  it('adds nothing when it is started again', async () => {
    const before = await sales()
    await demo.stop()
    demo = await startDemo({ dataDir })
    expect(await sales()).toEqual(before)
    await expectProved()
  })

  it('answers what the shop sold, to the penny', async () => {
    expect(await sales()).toMatchObject({
      rows: [{ net_amount: '9747747.934', refund_amount: '-896812.49' }]
    })
  })

  it('lets an analyst read the marts, and nothing else', async () => {
    const { clickhouse } = JSON.parse(await readFile(join(dataDir, 'embedded.json'), 'utf8')) as {
      clickhouse: { url: string }
    }
    const password = await readFile(join(dataDir, 'analyst.password'), 'utf8')
    const headers = { 'X-ClickHouse-User': 'analyst', 'X-ClickHouse-Key': password }
    const send = (body: string) => fetch(clickhouse.url, { method: 'POST', headers, body })
    expect(await (await send('SELECT sum(net_amount) FROM sales_by_day')).text()).toBe('9747747.934\n')
    expect((await send('SELECT count() FROM raw.orders')).status).toBe(403)
  })

  it('recommends to a customer what they do not own, and says why', async () => {
    const { items, degraded } = await ask<{
      degraded: boolean
      items: { product_id: string; source: string; reason: { code: string; text: string } }[]
    }>('/v1/recommendations?user_id=17850&limit=10')
    expect(degraded).toBe(false)
    expect(items).toHaveLength(10)
    expect(items.every((item) => item.reason.text.length > 0)).toBe(true)
    expect(items.some((item) => item.reason.code === 'because_you_bought')).toBe(true)
  })

  it('shows every kind of order on the page, and recommendations change with a click', async () => {
    const browser = await launchChromium()
    try {
      const page = await browser.newPage()
      const problems: string[] = []
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      page.on('pageerror', (error) => problems.push(String(error)))
      await page.goto(await demo.url)
      // A wholesale customer with many credit notes among the orders.
      await page.locator('select').first().selectOption('15311')
      await page.locator('details.order').first().waitFor()
      expect(await page.locator('details.order .state.refunded').count()).toBeGreaterThan(0)
      expect(await page.locator('details.order').count()).toBeGreaterThan(3)
      await page.locator('select').first().selectOption({ label: 'a new visitor without history' })
      const forYou = page.getByRole('region', { name: 'For you' })
      await expect.poll(() => forYou.innerText(), { timeout: 10_000 }).toContain('Popular now')
      await page
        .locator('main')
        .getByRole('link', { name: /rabbit night light/i })
        .first()
        .click()
      await expect
        .poll(() => forYou.innerText(), { timeout: 10_000 })
        .toContain('Because you viewed Rabbit night light')
      expect(await page.getByText('That did not work').count()).toBe(0)
      expect(problems).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('changes what it recommends after a click', async () => {
    const url = await demo.url
    const guest = 'anonymous_id=a-new-guest'
    const before = await ask<{ items: { product_id: string }[] }>(`/v1/recommendations?${guest}`)
    const event = {
      type: 'product_viewed',
      event_id: '0198c0de-0000-7000-8000-000000000001',
      occurred_at: new Date().toISOString(),
      anonymous_id: 'a-new-guest',
      product_id: '85123A'
    }
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: 'Bearer browser', 'content-type': 'application/json' },
      body: JSON.stringify(event)
    })
    expect(answer.status).toBe(202)
    await expect
      .poll(() => ask<{ items: { reason: { code: string } }[] }>(`/v1/recommendations?${guest}`), {
        timeout: 5_000
      })
      .toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({ reason: expect.objectContaining({ code: 'because_you_viewed' }) })
        ])
      })
    expect((await ask<{ items: unknown[] }>(`/v1/recommendations?${guest}`)).items).not.toEqual(before.items)
  })
})

async function groupsSent(atLeast: number): Promise<void> {
  await expect
    .poll(
      async () =>
        Number(
          /"groups_sent": (\d+)/.exec(
            await readFile(join(dataDir, REPLAY_FILE), 'utf8').catch(() => '')
          )?.[1] ?? 0
        ),
      {
        timeout: MINUTES,
        interval: 50
      }
    )
    .toBeGreaterThan(atLeast)
}

async function expectProved(): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, ['ingest/verify.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, DATA_DIR: dataDir }
  })
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    ok: true,
    checks: expect.any(Number),
    broken: []
  })
  expect(stdout).toContain('online-retail: lines stored = 541909 in the file')
}

const sales = () => ask<{ rows: object[] }>('/v1/sales?from=2010-12-01&to=2011-12-31&grain=total')

async function ask<Answer>(path: string): Promise<Answer> {
  return (await (await fetch((await demo.url) + path)).json()) as Answer
}
