import { afterAll, expect, test } from 'vitest'
import { fakeApp, product, servedStock } from '../api/fakes.ts'
import { boards, fillIn, panels } from './boards.ts'

type Schema = { type?: string | string[]; properties?: Record<string, Schema>; items?: Schema }
type OpenApi = {
  paths: Record<
    string,
    { get?: { responses: Record<string, { content?: Record<string, { schema: Schema }> }> } }
  >
}

const stocked = ['lantern', 'candle'].map((product_id, i) =>
  servedStock(product_id, {
    days_of_cover: 5 - i,
    reorder_point: 8,
    simulated: ['on_hand', 'lead_time_days']
  })
)
const { app } = await fakeApp({
  products: [product('lantern'), product('candle')],
  popular: { lantern: 1 },
  forecasts: stocked.map(({ forecast }) => forecast),
  replenishment: stocked.map(({ replenishment }) => replenishment)
})
afterAll(() => app.close())
const openApi: OpenApi = (await app.inject('/openapi.json')).json()

const queries = panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, target })))

test.each(queries)('$title: $target.url is a route of the API and answers', async ({ target }) => {
  const url = fillIn(target.url)
  expect(url).not.toContain('${')
  const answer = await app.inject(url)
  expect([url, answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([url, 200, ''])
  expect(Array.isArray(answer.json()[target.root_selector])).toBe(true)
})

test.each(queries)("$title: every column is in the answer's schema, with a type that fits", ({ target }) => {
  const row = rowSchema(target.url, target.root_selector)
  for (const { selector, text, type } of target.columns) {
    const found = [row?.properties?.[selector]?.type ?? 'missing'].flat().filter((one) => one !== 'null')
    // Money is a decimal string; the plugin reads it as a number.
    const fitting = {
      number: ['number', 'integer', 'string'],
      timestamp: ['string'],
      string: ['string', 'array']
    }
    expect([selector, ...found]).toEqual([
      selector,
      expect.toBeOneOf(fitting[type as keyof typeof fitting] ?? [])
    ])
    expect(text).toBe(selector)
  }
})

test('stock that lasts shortest comes first, with the name of each invented figure', async () => {
  const answer = (await app.inject('/v1/stock/running-out?limit=1')).json()
  expect(answer.rows).toEqual([
    {
      product_id: 'candle',
      title: 'Title of candle',
      on_hand: 10,
      days_of_cover: 4,
      reorder_point: 8,
      lead_time_days: 7,
      simulated: ['on_hand', 'lead_time_days']
    }
  ])
})

const linksOf = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'url' && typeof inner === 'string' && !inner.startsWith('/v1/') ? [inner] : linksOf(inner)
  )
}

test.each([...new Set(boards.flatMap(({ board }) => linksOf(board)))])(
  'the link %s leads somewhere',
  async (link) => {
    const url = fillIn(link, { 'shop_url:raw': '', '__data.fields.product_id': 'lantern' })
    expect(url).not.toContain('${')
    expect(url).toMatch(/^\//)
    expect([url, (await app.inject(url)).statusCode]).toEqual([url, 200])
  }
)

test.each(panels)('$title: links of rows use fields that the panel has', ({ panel, targets }) => {
  const columns = targets.flatMap((target) => target.columns.map(({ text }) => text))
  const used = [...JSON.stringify(panel).matchAll(/\$\{__data\.fields\.(\w+)\}/g)].map(([, field]) => field)
  expect(columns).toEqual(expect.arrayContaining(used))
})

function rowSchema(url: string, root: string): Schema | undefined {
  const [path = ''] = url.split('?')
  const schema = openApi.paths[path]?.get?.responses['200']?.content?.['application/json']?.schema
  return schema?.properties?.[root]?.items
}
