import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, BrowserContextOptions, JSHandle, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { BrowserEvent } from '../../api/tracker/events.ts'
import type { Problem, TrackerOptions } from '../../api/tracker/options.ts'
import type { Tracker } from '../../api/tracker/tracker.ts'
import { launchChromium } from '../chromium.ts'
import { fakeApp, type Fakes } from './fakes.ts'

const BYTES_MAX = 3 * 1024
const PATIENTLY = { timeout: 20_000 }
const SECOND_MS = 1_000

type Sent = { event_id: string; type: string; [field: string]: unknown }
type Shop = { page: Page; tracker: JSHandle<Tracker>; problems: () => Promise<Problem[]> }

let fakes: Fakes
let apiUrl: string
let shop: Server
let shopUrl: string
let browser: Browser
/** What was stored, a request each. */
let requests: Sent[][] = []
let isDown = false

beforeAll(async () => {
  fakes = await fakeApp(undefined, {
    sendEvents: async (topic, messages) => {
      if (isDown) throw new Error('the log is down')
      if (topic === 'flipside.behaviour')
        requests.push(messages.map(({ value }) => JSON.parse(String(value))))
    }
  })
  apiUrl = await fakes.app.listen({ host: '127.0.0.1', port: 0 })
  // The shop is of another origin than the API.
  shop = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>A shop</title>')
  )
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  shop?.close()
  await fakes?.app.close()
})
beforeEach(() => {
  requests = []
  isDown = false
})

const stored = () => requests.flat()
const storedIds = () => stored().map((event) => event.event_id)
const viewOf = (i: number): BrowserEvent => ({ type: 'product_viewed', product_id: `product-${i}` })
const views = (count: number) => Array.from({ length: count }, (_, i) => viewOf(i))
const allStored = (ids: readonly string[]) =>
  expect.poll(() => storedIds().toSorted(), PATIENTLY).toEqual(ids.toSorted())

/** The browser may say that it is online before it is: then the tracker tries again later, so time has to pass. */
async function goOnline(context: BrowserContext, ids: readonly string[]): Promise<void> {
  await context.setOffline(false)
  const tick = async () => {
    await context.clock.runFor(SECOND_MS)
    return storedIds().toSorted()
  }
  await expect.poll(tick, PATIENTLY).toEqual(ids.toSorted())
}

/** A browser of its own, so that tests share no storage; its time stands still but for what `clock` is told. */
async function newVisitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const nowMs = Date.now()
  await context.clock.install({ time: nowMs })
  await context.clock.pauseAt(nowMs + SECOND_MS)
  return context
}

/** A page of the shop with a tracker. */
async function openShop(context: BrowserContext, options: Partial<TrackerOptions> = {}): Promise<Shop> {
  const page = await context.newPage()
  await page.goto(shopUrl)
  return startTracker(page, options)
}

async function startTracker(page: Page, options: Partial<TrackerOptions> = {}): Promise<Shop> {
  // As text, since the page imports it and not this file.
  const given = JSON.stringify({ url: apiUrl, key: 'browser', ...options })
  const tracker = await page.evaluateHandle<Tracker>(
    `import('${apiUrl}/flipside.js').then(({ createTracker }) => {
      window.problems = []
      return createTracker({ ...${given}, onProblem: (problem) => window.problems.push(problem) })
    })`
  )
  return { page, tracker, problems: () => page.evaluate('window.problems') }
}

const trackAll = ({ tracker }: Shop, events: BrowserEvent[]) =>
  tracker.evaluate((tracker, events) => events.map((event) => tracker.track(event)), events)
const flush = ({ tracker }: Shop) => tracker.evaluate((tracker) => tracker.flush())
const storageOf = (page: Page) =>
  page.evaluate(() =>
    [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].join('')
  )
const waitingIn = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('flipside:event:')).length)

describe('the file', () => {
  test(`is at most ${BYTES_MAX} bytes as it is sent, and imports nothing`, async () => {
    const answer = await fakes.app.inject({ url: '/flipside.js', headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers['content-encoding']).toBe('gzip')
    expect(answer.rawPayload.length).toBeLessThanOrEqual(BYTES_MAX)
    const plain = await fakes.app.inject('/flipside.js')
    expect(plain.body).not.toMatch(/^import /m)
    expect(plain.body).not.toMatch(/^\s*(\/\/|\/\*)/m)
  })

  test('is for pages of any origin, and is not sent twice', async () => {
    const first = await fakes.app.inject('/flipside.js')
    expect(first.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600'
    })
    const headers = { 'if-none-match': String(first.headers.etag) }
    expect((await fakes.app.inject({ url: '/flipside.js', headers })).statusCode).toBe(304)
  })
})

describe('sending', () => {
  test('goes at fifty events, and with fewer after five seconds', async () => {
    const shop = await openShop(await newVisitor())
    const first = await trackAll(shop, views(49))
    await shop.page.clock.runFor(4 * SECOND_MS)
    expect(requests).toEqual([])
    first.push(...(await trackAll(shop, views(1))))
    await allStored(first)
    // What comes before the answer is sent right after it.
    await expect.poll(() => waitingIn(shop.page), PATIENTLY).toBe(0)
    const rest = await trackAll(shop, views(3))
    await shop.page.clock.runFor(4 * SECOND_MS)
    expect(requests).toHaveLength(1)
    await shop.page.clock.runFor(2 * SECOND_MS)
    await allStored([...first, ...rest])
    expect(requests.map((events) => events.length)).toEqual([50, 3])
  })

  test('says when, where and in which session; ids are version 7 and sort by time', async () => {
    const shop = await openShop(await newVisitor())
    const ids = await trackAll(shop, views(20))
    expect(await flush(shop)).toBe(true)
    expect(storedIds()).toEqual(ids)
    expect(ids).toEqual(ids.toSorted())
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
    expect(new Set(stored().map((event) => event['session_id'])).size).toBe(1)
    expect(stored()[0]).toMatchObject({ type: 'product_viewed', product_id: 'product-0', source: 'tracker' })
    const aheadMs = parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16) - Date.now()
    expect(Math.abs(aheadMs)).toBeLessThan(60 * SECOND_MS)
  })

  test('an event that is wrong is told and given up, and its neighbours are stored', async () => {
    const shop = await openShop(await newVisitor(), { consent: 'granted' })
    const wrong = { type: 'product_viewed' } as BrowserEvent
    const ids = await trackAll(shop, [viewOf(0), wrong, viewOf(1)])
    expect(await flush(shop)).toBe(false)
    expect(storedIds()).toEqual([ids[0], ids[2]])
    const reason = expect.stringContaining('product_id')
    expect(await shop.problems()).toEqual([{ kind: 'rejected', event_id: ids[1], reason }])
    expect(await waitingIn(shop.page)).toBe(0)
    expect(await flush(shop)).toBe(true)
  })

  test('a body that is refused as a whole is halved until only what is wrong is given up', async () => {
    const shop = await openShop(await newVisitor())
    await shop.page.route('**/v1/events?*', (route) =>
      route.request().postData()?.includes('poison')
        ? route.fulfill({ status: 413, headers: { 'access-control-allow-origin': '*' } })
        : route.continue()
    )
    const poison = { type: 'product_viewed', product_id: 'poison' } as const
    const ids = await trackAll(shop, [...views(7), poison, ...views(5)])
    await flush(shop)
    await allStored(ids.filter((_, i) => i !== 7))
    expect(await shop.problems()).toEqual([{ kind: 'rejected', event_id: ids[7], reason: 'answered 413' }])
  })
})

describe('a page that goes away', () => {
  test.each(['is left', 'is closed', 'is hidden'])('sends by beacon what waits when it %s', async (how) => {
    const context = await newVisitor()
    const shop = await openShop(context)
    const kinds: string[] = []
    context.on('request', (request) => {
      if (request.url().includes('/v1/events')) kinds.push(request.resourceType())
    })
    const ids = await trackAll(shop, views(3))
    if (how === 'is left') await shop.page.goto(`${shopUrl}/elsewhere`)
    else if (how === 'is closed') await shop.page.close({ runBeforeUnload: true })
    else await hide(shop.page)
    await allStored(ids)
    expect(requests).toHaveLength(1)
    if (how === 'is hidden') expect(kinds).toEqual(['ping'])
  })

  test('what a beacon took is confirmed by a later page, under the same ids', async () => {
    const context = await newVisitor()
    const shop = await openShop(context, { consent: 'granted' })
    const ids = await trackAll(shop, views(3))
    await shop.page.goto(`${shopUrl}/next`)
    await allStored(ids)
    expect(await waitingIn(shop.page)).toBe(3)
    await startTracker(shop.page, { consent: 'granted' })
    await shop.page.clock.runFor(36 * SECOND_MS)
    await allStored([...ids, ...ids])
    await expect.poll(() => waitingIn(shop.page), PATIENTLY).toBe(0)
  })

  test('what no beacon takes is sent by the next page', async () => {
    const context = await newVisitor()
    const shop = await openShop(context, { consent: 'granted' })
    const query = 'long '.repeat(90)
    const { ids, answers } = await shop.tracker.evaluate((tracker, query) => {
      const answers: boolean[] = []
      const sendBeacon = navigator.sendBeacon.bind(navigator)
      navigator.sendBeacon = (...given) => {
        const answer = sendBeacon(...given)
        answers.push(answer)
        return answer
      }
      const ids = Array.from({ length: 300 }, (_, i) =>
        tracker.track({ type: 'searched', query, result_count: i })
      )
      dispatchEvent(new Event('pagehide'))
      // The page is gone before anything else of it can run.
      window.stop()
      tracker.close()
      return { ids, answers }
    }, query)
    expect(answers).toContain(true)
    expect(answers).toContain(false)
    await shop.page.close()
    const next = await openShop(context, { consent: 'granted' })
    await next.page.clock.runFor(36 * SECOND_MS)
    await expect.poll(() => new Set(storedIds()), PATIENTLY).toEqual(new Set(ids))
    await expect.poll(() => waitingIn(next.page), PATIENTLY).toBe(0)
  })
})

describe('trouble on the way', () => {
  test.each(['granted', 'unknown'] as const)(
    'events made offline are stored once each when the network is back, consent %s',
    async (consent) => {
      const context = await newVisitor()
      const shop = await openShop(context, { consent })
      const attempts = countAttempts(context)
      await context.setOffline(true)
      const ids = await trackAll(shop, views(3))
      expect(await flush(shop)).toBe(false)
      // As a blocked request looks: asking again does not make it loop.
      for (let i = 0; i < 20; i++) expect(await flush(shop)).toBe(false)
      expect(attempts()).toBe(1)
      expect(await shop.problems()).toMatchObject([{ kind: 'delayed', status: 0 }])
      await goOnline(context, ids)
      expect(await flush(shop)).toBe(true)
      expect(storedIds()).toHaveLength(3)
    }
  )

  test('a server that is down is left alone for as long as it asks, by every tab, and then gets each event once', async () => {
    const context = await newVisitor()
    const attempts = countAttempts(context)
    isDown = true
    const shop = await openShop(context, { consent: 'granted' })
    const ids = await trackAll(shop, views(2))
    expect(await flush(shop)).toBe(false)
    const [problem] = await shop.problems()
    // It asked for one second; some of our own spreads the tabs.
    expect(problem).toMatchObject({ kind: 'delayed', status: 503 })
    expect(problem?.kind === 'delayed' && problem.delayMs).toBeGreaterThan(1_000)
    const other = await openShop(context, { consent: 'granted' })
    ids.push(...(await trackAll(other, views(1))))
    expect(await flush(other)).toBe(false)
    expect(attempts()).toBe(1)

    isDown = false
    await context.clock.runFor(6 * SECOND_MS)
    await allStored(ids)
  })

  test('no server makes it wait for more than ten minutes', async () => {
    const context = await newVisitor()
    const shop = await openShop(context)
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'retry-after',
      'retry-after': '86400'
    }
    await shop.page.route('**/v1/events?*', (route) => route.fulfill({ status: 429, headers }))
    const ids = await trackAll(shop, views(1))
    expect(await flush(shop)).toBe(false)
    expect(await shop.problems()).toEqual([{ kind: 'delayed', status: 429, delayMs: 600_000 }])
    await shop.page.unroute('**/v1/events?*')
    await shop.page.clock.runFor(599 * SECOND_MS)
    expect(await flush(shop)).toBe(false)
    await shop.page.clock.runFor(6 * SECOND_MS)
    await allStored(ids)
  })

  test('a clock that was set back does not make it wait for the old time', async () => {
    const shop = await openShop(await newVisitor(), { consent: 'granted' })
    await shop.page.evaluate(() => localStorage.setItem('flipside:wait', String(Date.now() + 1e10)))
    await trackAll(shop, views(1))
    expect(await flush(shop)).toBe(true)
  })

  test('keeps the newest five hundred, and says how many it gave up', async () => {
    const context = await newVisitor()
    const shop = await openShop(context, { consent: 'granted' })
    await context.setOffline(true)
    const ids = await trackAll(shop, views(510))
    expect(await waitingIn(shop.page)).toBe(500)
    const dropped = (await shop.problems()).filter((problem) => problem.kind === 'dropped')
    expect(dropped.reduce((sum, { count }) => sum + count, 0)).toBe(10)
    await goOnline(context, ids.slice(10))
  })

  test('tabs lose nothing of each other: what a closed one left is sent by the other, once', async () => {
    const context = await newVisitor()
    const [one, two] = [
      await openShop(context, { consent: 'granted' }),
      await openShop(context, { consent: 'granted' })
    ]
    await context.setOffline(true)
    const ids: string[] = []
    for (let i = 0; i < 5; i++)
      ids.push(...(await trackAll(one, views(2))), ...(await trackAll(two, views(3))))
    await Promise.all([flush(one), flush(two)])
    await one.page.close()
    expect(await waitingIn(two.page)).toBe(25)
    await goOnline(context, ids)
    const who = new Set(
      stored().map((event) => `${String(event['anonymous_id'])} ${String(event['session_id'])}`)
    )
    expect(who.size).toBe(1)
  })

  test('a full or forbidden storage changes nothing for this page', async () => {
    const context = await newVisitor()
    await context.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('no', 'SecurityError')
        }
      })
    })
    const forbidden = await openShop(context, { consent: 'granted' })
    const ids = await trackAll(forbidden, views(3))
    expect(await flush(forbidden)).toBe(true)
    const full = await openShop(await newVisitor())
    await full.page.evaluate(() => {
      for (let chars = 8 * 1024 * 1024; chars >= 1; chars /= 2) {
        try {
          localStorage.setItem(String(chars), 'x'.repeat(chars))
        } catch {
          // Half of it may still fit.
        }
      }
    })
    await full.tracker.evaluate((tracker) => tracker.setConsent('granted'))
    ids.push(...(await trackAll(full, views(3))))
    expect(await flush(full)).toBe(true)
    await allStored(ids)
  })
})

describe('consent', () => {
  test.each(['unknown', 'denied'] as const)(
    '%s: nothing is kept, and nothing sent says who',
    async (consent) => {
      const context = await newVisitor()
      const shop = await openShop(context, { consent })
      await shop.tracker.evaluate((tracker) => tracker.setUser('customer-7'))
      await trackAll(shop, [viewOf(0), { type: 'searched', query: 'my own name', result_count: 2 }])
      expect(await storageOf(shop.page)).toBe('')
      expect(await flush(shop)).toBe(true)
      expect(await context.cookies()).toEqual([])
      expect(JSON.stringify(stored())).not.toMatch(/customer-7|my own name/)
      expect(stored()[1]).toMatchObject({ type: 'searched', query: '', result_count: 2 })
      // Another page is another visitor.
      const next = await openShop(context, { consent })
      await trackAll(next, [viewOf(0)])
      await flush(next)
      expect(new Set(stored().map((event) => event['anonymous_id'])).size).toBe(2)
    }
  )

  test('granted: one visitor over pages, with the customer and without after a logout', async () => {
    const context = await newVisitor()
    const shop = await openShop(context)
    // Made before the answer, kept in the page until it was given.
    const [early = ''] = await trackAll(shop, [viewOf(0)])
    await shop.tracker.evaluate((tracker) => tracker.setConsent('granted'))
    expect(await storageOf(shop.page)).toContain(early)
    await flush(shop)
    const next = await openShop(context, { consent: 'granted' })
    await next.tracker.evaluate((tracker) => tracker.setUser('customer-7'))
    await trackAll(next, [{ type: 'searched', query: 'blue kettle', result_count: 2 }])
    await flush(next)
    await next.tracker.evaluate((tracker) => tracker.reset())
    await trackAll(next, [viewOf(1)])
    await flush(next)
    const [before, known, after] = stored()
    expect(before).not.toHaveProperty('user_id')
    expect(known).toMatchObject({
      user_id: 'customer-7',
      anonymous_id: before?.['anonymous_id'],
      session_id: before?.['session_id'],
      query: 'blue kettle'
    })
    expect(after).not.toHaveProperty('user_id')
    expect(after?.['anonymous_id']).not.toBe(before?.['anonymous_id'])
    expect(after?.['session_id']).not.toBe(before?.['session_id'])
  })

  test('withdrawn: all that was kept is gone in every tab, and the next event is of nobody', async () => {
    const context = await newVisitor()
    const [shop, other] = [
      await openShop(context, { consent: 'granted' }),
      await openShop(context, { consent: 'granted' })
    ]
    await trackAll(shop, views(1))
    await flush(shop)
    await trackAll(shop, views(2))
    await trackAll(other, views(2))
    await shop.tracker.evaluate((tracker) => tracker.setConsent('denied'))
    expect(await storageOf(shop.page)).toBe('')
    await expect
      .poll(
        () =>
          other.tracker.evaluate((tracker) => {
            tracker.setUser('customer-7')
            return tracker.visitor()
          }),
        PATIENTLY
      )
      .not.toHaveProperty('user_id')
    await trackAll(other, views(1))
    await flush(other)
    await flush(shop)
    expect(await storageOf(other.page)).toBe('')
    expect(stored()).toHaveLength(2)
    expect(stored()[1]?.['anonymous_id']).not.toBe(stored()[0]?.['anonymous_id'])
  })

  test('denied at the start removes what an earlier visit kept; unknown leaves it', async () => {
    const context = await newVisitor()
    const shop = await openShop(context, { consent: 'granted' })
    await trackAll(shop, views(1))
    await flush(shop)
    await startTracker(shop.page, { consent: 'unknown' })
    expect(await storageOf(shop.page)).not.toBe('')
    await startTracker(shop.page, { consent: 'denied' })
    expect(await storageOf(shop.page)).toBe('')
  })
})

test('a session ends after thirty minutes without an event', async () => {
  const shop = await openShop(await newVisitor())
  for (const minutes of [0, 29, 29, 31]) {
    await shop.page.clock.fastForward(minutes * 60 * SECOND_MS)
    await trackAll(shop, views(1))
    await flush(shop)
  }
  await expect.poll(() => stored().length, PATIENTLY).toBe(4)
  const sessions = stored().map((event) => event['session_id'])
  expect(new Set(sessions.slice(0, 3)).size).toBe(1)
  expect(sessions[3]).not.toBe(sessions[0])
})

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36', false, undefined],
  ['Mozilla/5.0 (Linux; Android 14; CUBOT X90) AppleWebKit/537.36 Chrome/147.0.0.0', false, undefined],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/147.0.0.0 Safari/537.36', true, true],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/147.0.0.0', false, true],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/147.0.0.0', false, true]
])('%s, driven: %s, is marked as a bot: %s', async (userAgent, webdriver, is_bot) => {
  const context = await newVisitor({ userAgent })
  await context.addInitScript((webdriver) => {
    Object.defineProperty(navigator, 'webdriver', { get: () => webdriver })
  }, webdriver)
  const shop = await openShop(context)
  const sending = shop.page.waitForRequest('**/v1/events?*')
  await trackAll(shop, views(1))
  await flush(shop)
  // As the page says it: the collector has an eye of its own.
  const { events } = (await sending).postDataJSON() as { events: Sent[] }
  expect(events[0]?.['is_bot']).toBe(is_bot)
})

const hide = (page: Page) =>
  page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  })

function countAttempts(context: BrowserContext): () => number {
  let attempts = 0
  context.on('request', (request) => {
    if (request.url().includes('/v1/events')) attempts++
  })
  return () => attempts
}
