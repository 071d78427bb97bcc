import { existsSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { headingId } from '../../models/contracts/heading-id.ts'
import { fakeApp, product, servedStock } from '../api/fakes.ts'
import { boards } from '../dashboards/boards.ts'

const readPage = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const page = readPage('morning.md')
const stock = servedStock('22470', { stock: { on_hand: 3 } })
const { app } = await fakeApp({
  products: [product('22470')],
  forecasts: [stock.forecast],
  replenishment: [stock.replenishment]
})
afterAll(() => app.close())

test('links lead to boards that there are, and to pages with such a heading', () => {
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(5)
  for (const link of links) {
    const [, uid] = /\/d\/([\w-]+)$/.exec(link) ?? []
    if (uid !== undefined) expect(boards.map(({ board }) => board.uid)).toContain(uid)
    const [name = '', anchor] = link.split('#')
    if (anchor === undefined || uid !== undefined) continue
    const headings = [...readPage(name).matchAll(/^## (.*)$/gm)].map(([, heading = '']) => headingId(heading))
    expect(existsSync(new URL(`../../docs/${name}`, import.meta.url)) && headings).toContain(anchor)
  }
})

test('what is printed bold at the beginning of a point, or in front of a verb, is a panel or a figure of a board', () => {
  const names = JSON.stringify(boards.map(({ board }) => board.panels))
  const bold = [...page.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = '']) => name.replaceAll('\n', ' '))
  expect(bold.length).toBeGreaterThan(10)
  expect(bold.filter((name) => !names.includes(name))).toEqual([])
})

test('a suggestion is accepted as the page says, is gone at once, and the alert counts one product fewer', async () => {
  const [, path = '', body = ''] = /-X POST http:\/\/127\.0\.0\.1:8080(\S+)[^]*?-d '([^']+)'/.exec(page) ?? []
  const open = async () => (await app.inject('/v1/stock/late')).json().totals[0].open_a_products
  const listed = async () => (await app.inject('/v1/replenishment')).json().rows.length
  expect([await open(), await listed()]).toEqual([1, 1])
  const suggestion_id = stock.replenishment.suggestion_id ?? ''
  const answer = await app.inject({
    method: 'POST',
    url: path,
    headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
    payload: body.replace(/po-[\d-]+-[\da-f]{16}/, suggestion_id)
  })
  expect(answer.statusCode).toBe(202)
  expect(answer.json()).toMatchObject({
    product_id: '22470',
    decision: 'accepted',
    events: [{ type: 'suggestion_accepted' }, { type: 'purchase_ordered' }]
  })
  expect([await open(), await listed()]).toEqual([0, 0])
})

test('the list for a budget is asked for as the page says', async () => {
  const [, url = ''] = /curl 'http:\/\/127\.0\.0\.1:8080([^']+)'/.exec(page) ?? []
  const answer = await app.inject(url)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    expect.stringContaining('text/csv')
  ])
})
