import { VariableType } from '@grafana/grafana-foundation-sdk/dashboard'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boards, isApi, isWarehouse, rowsAt, targets, textsOf } from './boards.ts'
import { expandMacros, fillIn } from '../../bench/dashboards/expand.ts'
import { openFilledShop, WEEK, type FilledShop } from './filled-shop.ts'

type Row = Record<string, unknown>
let shop: FilledShop
let values: Record<string, string[]>
beforeAll(async () => {
  shop = await openFilledShop()
  values = { product_id: [shop.product_id], metric: ['recall'], artist: [shop.artist] }
}, 300_000)
afterAll(() => shop?.close())

const filled = (text: string) =>
  fillIn(text, { 'product_id:percentencode': values['product_id']?.join() ?? '', 'shop_url:raw': '' }, WEEK)
const askAnalyst = async (sql: string): Promise<Row[]> => {
  const answer = await shop.analyst.query({ query: expandMacros(sql, WEEK, values), format: 'JSONEachRow' })
  return answer.json<Row>()
}

const fromApi = targets.flatMap(({ target, ...of }) => (isApi(target) ? [{ ...of, target }] : []))
test.each(fromApi)('$board: $title has rows with its columns from the API', async ({ target, columns }) => {
  const url = filled(target.url)
  expect(url).not.toContain('${')
  const answer = await shop.app.inject(url)
  expect([url, answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([url, 200, ''])
  const rows = rowsAt(answer.json(), target.root_selector)
  expect(rows.length).toBeGreaterThan(0)
  expectColumns(rows, columns)
  for (const { selector, type } of target.columns) {
    const [value] = rows.map((row) => row[selector]).filter((one) => one !== null && one !== undefined)
    if (value === undefined) continue
    // As the plugin reads them.
    const read =
      type === 'number'
        ? Number(value)
        : type === 'timestamp' && typeof value === 'string'
          ? Date.parse(value)
          : 0
    expect([selector, read]).not.toEqual([selector, NaN])
  }
})

const fromMarts = targets.flatMap(({ target, ...of }) => (isWarehouse(target) ? [{ ...of, target }] : []))
test.each(fromMarts)(
  '$board: $title has rows with its columns from the marts',
  async ({ target, columns }) => {
    const rows = await askAnalyst(target.rawSql)
    expect(rows.length).toBeGreaterThan(0)
    expect(Object.keys(rows[0] ?? {})).toEqual(columns)
    expectColumns(rows, columns)
  }
)

/** Not only rows of nothing: no column is empty in all, but where nothing can be divided by. */
function expectColumns(rows: Row[], columns: string[]): void {
  const names = new Set(rows.flatMap(Object.keys))
  expect(columns.filter((name) => !names.has(name))).toEqual([])
  const empty = columns.filter((name) => rows.every((row) => row[name] === null || row[name] === undefined))
  expect(empty.filter((name) => !/^year_|_change$|^month_(?!1$)/.test(name))).toEqual([])
}

const annotations = boards.flatMap(({ name, board }) =>
  (board.annotations?.list ?? []).map((one) => ({
    name,
    title: one.name,
    sql: textsOf(one.target, 'rawSql')[0] ?? ''
  }))
)
test.each(annotations)('$name: the marks of $title have a time and a text', async ({ sql }) => {
  const rows = await askAnalyst(sql)
  for (const row of rows) {
    expect(Date.parse(`${String(row['time'])}Z`)).not.toBeNaN()
    expect(row).toMatchObject({ text: expect.stringMatching(/^[A-Z].{5}/), tags: expect.any(String) })
  }
})

const variables = boards.flatMap(({ name, board }) =>
  (board.templating?.list ?? [])
    .filter(({ type }) => type === VariableType.Query)
    .map((variable) => ({ name, variable: variable.name, query: variable.query }))
)
test.each(variables)('$name: $variable has values to choose from', async ({ query }) => {
  if (typeof query === 'string') {
    expect((await askAnalyst(query)).length).toBeGreaterThan(0)
    return
  }
  const { url, root_selector, columns } = query?.['infinityQuery'] ?? {}
  const answer = await shop.app.inject(filled(url))
  expect([url, answer.statusCode]).toEqual([url, 200])
  const rows: Row[] = answer.json()[root_selector]
  expect(rows.length).toBeGreaterThan(0)
  const texts = columns.map((column: { text: string }) => column.text)
  expect(texts).toEqual(['__text', '__value'])
  for (const { selector } of columns) expect(rows[0]).toHaveProperty(selector)
})

const pages = [...new Set(boards.flatMap(({ board }) => textsOf(board, 'url')))].filter((url) =>
  url.startsWith('${shop_url:raw}')
)
test.each(pages)('the link %s leads somewhere', async (link) => {
  const url = fillIn(
    link,
    {
      'shop_url:raw': '',
      '__data.fields.product_id': shop.product_id,
      'product_id:percentencode': shop.product_id
    },
    WEEK
  )
  expect(url).not.toContain('${')
  expect([url, (await shop.app.inject(url)).statusCode]).toEqual([url, 200])
})
