import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Value } from 'typebox/value'
import { readDictionary } from '../../docs/read-dictionary.ts'
import { renderDataFiles } from '../../docs/render-files.ts'
import { DictionarySchema, type Dictionary } from '../../models/contracts/data-dictionary.ts'
import { openShop, type OpenShop } from '../ingest/open-shop.ts'

let shop: OpenShop
let dictionary: Dictionary
beforeAll(async () => {
  shop = await openShop()
  dictionary = await readDictionary(shop.clickhouse)
})
afterAll(() => shop.close())

describe('the dictionary of the data', () => {
  it.each(['data.md', '../api/data-docs/dictionary.json'])('%s is what `npm run docs` writes', (path) => {
    const file = readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
    // Told in one sentence: the difference would be as long as the files.
    expect(file === renderDataFiles(dictionary).get(path), 'run `npm run docs`').toBe(true)
  })

  it('leaves no mart and no column without words', () => {
    expect([...Value.Errors(DictionarySchema, dictionary)]).toEqual([])
    const silent = dictionary.marts.flatMap(({ name, meaning, columns }) => [
      ...(meaning.trim().length < 5 ? [name] : []),
      ...columns.filter((column) => column.meaning.trim() === '').map((column) => `${name}.${column.name}`)
    ])
    expect(silent).toEqual([])
  })

  it('has every mart, and none of what only fills them', () => {
    const names = dictionary.marts.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['sales', 'orders', 'stock_levels', 'flags']))
    expect(names.filter((name) => /_from_|_refresh$|^\./.test(name))).toEqual([])
  })

  it('says of most marts what one row is', () => {
    const rows = dictionary.marts.map(({ row }) => row).filter((row) => row !== '')
    expect(rows.length).toBeGreaterThan(dictionary.marts.length * 0.8)
    for (const row of rows) expect(row).toMatch(/^One row is .*\.$/)
  })

  it('gives each figure a query that the warehouse takes', async () => {
    expect(dictionary.figures.length).toBeGreaterThan(15)
    for (const { name, sql } of dictionary.figures) {
      const query_params = { from: '2026-01-01', to: '2026-01-31' }
      const result = await shop.clickhouse.query({ query: `EXPLAIN ${sql}`, query_params })
      expect(await result.text(), name).not.toBe('')
    }
  })
})
