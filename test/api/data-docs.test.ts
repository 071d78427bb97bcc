import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderDataPage } from '../../api/data-docs/page.ts'
import { launchChromium } from '../chromium.ts'
import { fakeApp, type Fakes } from './fakes.ts'

let fakes: Fakes
let url: string
let browser: Browser
const problems: string[] = []
beforeAll(async () => {
  fakes = await fakeApp({ products: [] })
  url = await fakes.app.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await fakes?.app.close()
})

async function openPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage(options)
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  await page.goto(`${url}/docs/data`)
  return page
}

describe('the page of the data', () => {
  it('shows every mart with its columns, figures and questions, and the API still its own', async () => {
    const page = await openPage({ javaScriptEnabled: false })
    const sales = await page.locator('#marts-sales').innerText()
    expect(sales).toContain('One row is a line that counts as trade')
    expect(sales).toContain('net_amount')
    expect(await page.locator('#questions-top-products code').innerText()).toContain(
      'FROM mart.sales_by_product'
    )
    expect(await page.locator('#figures-conversion').count()).toBe(1)
    expect((await fakes.app.inject('/docs/')).statusCode).toBe(200)
    await page.close()
  })

  it('has a place for each link of its contents', async () => {
    const page = await openPage()
    const links = await page
      .locator('.contents a')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('href')))
    expect(links.length).toBeGreaterThan(60)
    for (const link of links) expect([link, await page.locator(String(link)).count()]).toEqual([link, 1])
    await page.close()
  })

  it('finds what holds all the words, and says how much that is', async () => {
    const page = await openPage()
    await page.fill('#find', 'Deposit held')
    expect(await page.locator('#marts-rental_deposits').isVisible()).toBe(true)
    expect(await page.locator('#marts-sales').isVisible()).toBe(false)
    expect(await page.locator('.contents a[href="#marts-sales"]').isVisible()).toBe(false)
    expect(await page.locator('#figures').isVisible()).toBe(false)
    expect(await page.locator('#found').innerText()).toMatch(/^\d of \d+ entries$/)
    await page.fill('#find', '')
    expect(await page.locator('#marts-sales').isVisible()).toBe(true)
    await page.close()
  })

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360]
  ] as const)('is readable in %s at %i pixels, and no wider than the window', async (colorScheme, width) => {
    const page = await openPage({ colorScheme, viewport: { width, height: 800 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    const { ink, paper } = await page.evaluate(() => {
      const style = getComputedStyle(document.body)
      return { ink: style.color, paper: style.backgroundColor }
    })
    expect(contrast(ink, paper)).toBeGreaterThan(7)
    await page.close()
  })

  it('breaks nothing with what a comment says', () => {
    const meaning = `<script>alert("1 & 2")</script>`
    const mart = {
      name: 'm',
      kind: 'view' as const,
      meaning,
      row: '',
      columns: [{ name: 'a', type: 'B', meaning }]
    }
    const html = renderDataPage({ marts: [mart], figures: [], questions: [] })
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('&lt;script&gt;alert(&quot;1 &amp; 2&quot;)')
  })

  it('goes without an error', () => {
    expect(problems).toEqual([])
  })
})

/** As WCAG has it. */
function contrast(one: string, other: string): number {
  const brightness = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
      const share = Number(part) / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [light = 0, dark = 0] = [brightness(one), brightness(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}
