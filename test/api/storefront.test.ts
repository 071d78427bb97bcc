import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { visitorOf } from '../../models/contracts/served.ts'
import { launchChromium } from '../chromium.ts'
import { BROWSER, daysAgo, fakeApp, product, profileOf, servedStock, type Fakes } from './fakes.ts'

const names = ['lantern', 'candle', 'matches', 'mug', 'kettle', 'teapot', 'spoon', 'fork', 'bowl', 'plate']
const products = names.map((name, i) =>
  product(name, { title: `${name} <b>&amp;</b>`, recent_units: 100 - i })
)
const step = { occurred_at: '2026-01-02T03:04:05.000Z', customer_id: '7', country: 'France', reason: '' }
const line = {
  line_id: 0,
  movement: 'order_placed',
  kind: 'product',
  product_id: 'mug',
  description: 'A MUG',
  quantity: 2,
  unit_price: '2.95',
  amount: '5.9',
  currency: 'GBP',
  tax_included: false
}

const kettle = servedStock('kettle', {
  reorder_point: null,
  unavailable: { reorder_point: 'too little history' },
  simulated: ['lead_time_days']
})

let fakes: Fakes
let url: string
let browser: Browser
const problems: string[] = []
const PATIENTLY = { timeout: 20_000 }

beforeAll(async () => {
  fakes = await fakeApp(
    {
      products,
      bought_together: { kettle: { teapot: 1 }, mug: { spoon: 0.5, teapot: 0.4 } },
      similar: { kettle: { mug: 0.5 } },
      popular: Object.fromEntries(products.map((one) => [one.work_id, one.recent_units])),
      forecasts: [kettle.forecast],
      replenishment: [kettle.replenishment]
    },
    { sendEvents: followVisitors }
  )
  fakes.profiles.set('u:7', profileOf({ recent: [], bought: daysAgo(3, 'mug') }))
  Object.assign(fakes.dependencies.warehouse, {
    readCustomers: async () => [
      { customer_id: '7', country: 'France', orders: 1, last_order_at: step.occurred_at }
    ],
    readCustomerOrders: async () => [
      {
        order_id: '536365',
        steps: ['order_placed', 'order_paid'],
        times: [step.occurred_at, step.occurred_at],
        amounts: ['5.9', '5.9'],
        line_counts: [1, 0],
        currencies: ['GBP', 'GBP']
      }
    ],
    readOrderSteps: async () => [{ ...step, step: 'order_placed', amount: '5.9', currency: 'GBP' }],
    readOrderLines: async () => [line],
    readProductSales: async () =>
      Array.from({ length: 40 }, (_, i) => ({
        day: new Date(Date.UTC(2025, 10, 20 + i)).toISOString().slice(0, 10),
        units: i % 7 > 1 ? (i * 5) % 4 : 0
      })),
    readProductStock: async () => [
      { day: '2025-11-01', sellable: 20 },
      { day: '2025-12-10', sellable: 0 },
      { day: '2025-12-14', sellable: 15 }
    ]
  })
  url = await fakes.app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await fakes?.app.close()
})

/** Stands in for the pipeline: what was looked at is in the profile a moment later. */
async function followVisitors(topic: string, messages: { value: string | Buffer }[]) {
  fakes.sent.set(topic, [
    ...(fakes.sent.get(topic) ?? []),
    ...messages.map((message) => ({ key: null, ...message }))
  ])
  for (const { value } of messages) {
    const event: { product_id?: string; user_id?: string; anonymous_id?: string } = JSON.parse(String(value))
    const visitor = visitorOf(event)
    if (!visitor || event.product_id === undefined) continue
    const { recent, bought } = fakes.profiles.get(visitor) ?? profileOf({})
    const item = { product_id: event.product_id, at_ms: Date.now() }
    setTimeout(() => fakes.profiles.set(visitor, profileOf({ bought, recent: [item, ...recent] })), 200)
  }
}

const eventsOf = (type: string) =>
  (fakes.sent.get('flipside.behaviour') ?? [])
    .map((message) => JSON.parse(String(message.value)))
    .filter((event) => event.type === type)

async function open(path: string, viewport = { width: 1280, height: 900 }): Promise<Page> {
  const page = await browser.newPage({ viewport })
  page.on('console', (message) => {
    if (message.type() !== 'log') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(url + path)
  await page.locator('.card').first().waitFor()
  return page
}

test('a new visitor sees what is popular and the catalogue, in the words of the catalogue and not as markup', async () => {
  const page = await open('/')
  const forYou = page.getByRole('region', { name: 'For you' })
  await forYou.getByText('Popular now').first().waitFor()
  expect(await page.getByRole('link', { name: 'lantern <b>&amp;</b>' }).count()).toBeGreaterThan(0)
  expect(await page.locator('main b').count()).toBe(0)
  expect(await page.locator('.badge').first().textContent()).toBe('simulated')
  await page.close()
})

test('a click is sent as events and changes "for you", which says why', async () => {
  const page = await open('/')
  await page
    .getByRole('region', { name: 'The catalogue' })
    .getByRole('link', { name: /^kettle/ })
    .click()
  await page.getByRole('heading', { level: 1, name: /^kettle/ }).waitFor()
  const forYou = page.getByRole('region', { name: 'For you' })
  await forYou.getByText('Because you viewed kettle').first().waitFor()
  expect(eventsOf('product_clicked').at(-1)).toMatchObject({ product_id: 'kettle', source: 'storefront' })
  expect(eventsOf('product_viewed').at(-1)).toMatchObject({ product_id: 'kettle' })

  await page
    .getByRole('region', { name: 'Bought together' })
    .getByRole('link', { name: /^teapot/ })
    .waitFor()
  await page.getByRole('region', { name: 'Similar' }).getByRole('link', { name: /^mug/ }).waitFor()
  await page.getByRole('img', { name: /Forecast for 28 days from 2026-01-02/ }).waitFor()
  await page
    .getByRole('img', { name: /^Sold over 43 days: .* The stock runs out about 2026-01-06\.$/ })
    .waitFor()
  await page.getByText('too little history').waitFor()
  await page.getByText('Runs out', { exact: true }).waitFor()
  await page.getByText(`Order ${kettle.replenishment.order.quantity} now.`).waitFor()
  await page.close()
})

test('a click in "for you" is attributed to the answer that it came from', async () => {
  const page = await open('/')
  await page.getByRole('region', { name: 'For you' }).getByRole('link').first().click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expect.poll(() => eventsOf('recommendation_clicked').length, PATIENTLY).toBeGreaterThan(0)
  const clicked = eventsOf('recommendation_clicked').at(-1)
  await expect
    .poll(() => eventsOf('recommendation_served').map((event) => event.recommendation_id), PATIENTLY)
    .toContain(clicked.recommendation_id)
  await page.close()
})

test('a real customer is chosen in the switcher: their orders with lines, and reasons from what they bought', async () => {
  const page = await open('/')
  await page.getByLabel('You are').selectOption('7')
  await page.getByText('Because you bought').first().waitFor()
  const orders = page.getByRole('region', { name: 'Orders' })
  await orders.getByText('536365').click()
  await orders.getByRole('link', { name: 'A mug' }).waitFor()
  await orders.getByText('£5.90').first().waitFor()
  await page.getByLabel('You are').selectOption({ label: 'a new visitor without history' })
  await page.getByText('Popular now').first().waitFor()
  expect(await orders.isVisible()).toBe(false)
  await page.close()
})

test('the keyboard alone finds a product, opens it and puts it in the basket', async () => {
  const page = await open('/')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('keetle')
  await page.getByText('1 hit for “keetle”').waitFor()
  await expect.poll(() => page.getByRole('status').textContent(), PATIENTLY).toBe('1 hit for keetle')
  await expect
    .poll(() => eventsOf('searched').at(-1), PATIENTLY)
    .toMatchObject({ query: 'keetle', result_count: 1 })
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(() => document.activeElement?.matches('.card-link'))) break
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /^kettle/ }).waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('#basket-count').textContent(), PATIENTLY).toBe('1')
  await expect
    .poll(() => eventsOf('cart_added').at(-1), PATIENTLY)
    .toMatchObject({ product_id: 'kettle', quantity: 1 })
  await page.close()
})

test('no page is wider than a phone, and going back goes back', async () => {
  const page = await open('/', { width: 360, height: 740 })
  const overhang = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(await overhang()).toBe(0)
  await page.getByLabel('You are').selectOption('7')
  await page.getByText('536365').click()
  await page.getByRole('link', { name: 'A mug' }).waitFor()
  expect(await overhang()).toBe(0)
  await page.getByRole('link', { name: 'A mug' }).click()
  await page.getByRole('heading', { level: 1, name: /^mug/ }).waitFor()
  expect(await overhang()).toBe(0)
  await page.goBack()
  await page.getByRole('region', { name: 'The catalogue' }).waitFor()
  await page.goto(`${url}/search?q=lantern`)
  await page.getByText('1 hit for “lantern”').waitFor()
  expect(await overhang()).toBe(0)
  await page.close()
})

test('an unknown product is told in words', async () => {
  const page = await browser.newPage()
  await page.goto(`${url}/product/nothing`)
  await page.getByRole('heading', { name: 'Not in this shop' }).waitFor()
  await page.getByRole('link', { name: 'To the catalogue' }).waitFor()
  expect(await page.title()).toContain('Not in this shop')
  await page.close()
})

test('nothing of all this was wrong in the eyes of the browser', () => {
  expect(problems).toEqual([])
})

test('the page may load nothing and run nothing from elsewhere, and is not sent twice', async () => {
  const first = await fakes.app.inject('/')
  expect(first.headers['content-security-policy']).toContain("script-src 'self'")
  const again = await fakes.app.inject({ url: '/', headers: { 'if-none-match': String(first.headers.etag) } })
  expect(again.statusCode).toBe(304)
  const script = await fakes.app.inject('/assets/storefront.ts')
  expect(script.headers['content-type']).toContain('text/javascript')
  expect(script.body).not.toContain('import type')
  expect((await fakes.app.inject('/v1/shop')).json().browser_key).toBe(BROWSER.slice('Bearer '.length))
})

test('a guest and a basket outlive a reload', async () => {
  const page = await browser.newPage()
  await page.goto(url)
  await page.locator('main li:not(.waiting) button').first().click()
  await page.locator('#basket-count').getByText('1').waitFor()
  const stored = () => page.evaluate(() => localStorage.getItem('flipside:id'))
  const before = await stored()
  expect(before).toMatch(/^[0-9a-f]{32}$/)
  await page.reload()
  await page.locator('#basket-count').getByText('1').waitFor()
  expect(await stored()).toBe(before)
  await page.close()
})
