import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { boards } from '../../dashboards/render-files.ts'
import { openStores } from '../../embedded/stores.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { expandMacros, fillIn, type Range } from './expand.ts'

const DAY_MS = 86_400_000
const YEAR_DAYS = 365

export type Asked = {
  board: string
  title: string
  source: 'api' | 'marts'
  median_ms: number
  max_ms: number
  rows: number
}
type Target = { url?: string; rawSql?: string; root_selector?: string }
type Panel = { board: string; title: string; target: Target }

/** Asks every panel so often, after once to warm up, each time for a year that begins a day earlier. */
export async function askPanels(options: { url: string; dataDir: string; times: number }): Promise<Asked[]> {
  const { url, dataDir, times } = options
  const stores = await openStores(readConfig({ DATA_DIR: dataDir }))
  const password = (await readFile(join(dataDir, 'analyst.password'), 'utf8')).trim()
  const analyst = createClient({ url: stores.clickhouse.url, username: 'analyst', password })
  try {
    const { product_id, last } = await chooseProduct(analyst)
    const asked: Asked[] = []
    for (const panel of readPanels()) {
      const ask = async (back: number) => {
        const range = yearUntil(last, back)
        const startedAtMs = performance.now()
        const rows = await askOnce(panel.target, { url, analyst, product_id, range })
        return { ms: performance.now() - startedAtMs, rows }
      }
      const { rows } = await ask(0)
      const took: number[] = []
      for (let i = 1; i <= times; i++) took.push((await ask(i)).ms)
      const sorted = took.toSorted((a, b) => a - b)
      const [median_ms = NaN, max_ms = NaN] = [sorted[Math.floor(times / 2)], sorted.at(-1)].map(round)
      const source = panel.target.url === undefined ? 'marts' : 'api'
      asked.push({ board: panel.board, title: panel.title, source, median_ms, max_ms, rows })
      process.stderr.write(`${median_ms} ms  ${panel.board}: ${panel.title}\n`)
    }
    return asked
  } finally {
    await analyst.close()
  }
}

function readPanels(): Panel[] {
  const shop = readConfig({})
  return Object.entries(boards).flatMap(([board, make]) =>
    (make(shop).panels ?? []).flatMap((panel) => {
      // The builder's type of a query knows no data source's own fields.
      const targets = (('targets' in panel && panel.targets) || []) as unknown as Target[]
      return targets
        .filter((target) => target.url !== undefined || target.rawSql !== undefined)
        .map((target) => ({ board, title: panel.title ?? '', target }))
    })
  )
}

type Asking = { url: string; analyst: ClickHouseClient; product_id: string; range: Range }

/** Answers how many rows there were. */
async function askOnce(target: Target, { url, analyst, product_id, range }: Asking): Promise<number> {
  if (target.rawSql !== undefined) {
    const variables = { product_id: [product_id], metric: ['recall'], artist: ['nobody'] }
    const query = expandMacros(target.rawSql, range, variables)
    // As the plugin asks.
    const bytes = await (await analyst.query({ query, format: 'JSONCompactEachRow' })).text()
    return bytes.split('\n').length - 1
  }
  const path = fillIn(target.url ?? '', { 'product_id:percentencode': encodeURIComponent(product_id) }, range)
  const answer = await fetch(url + path)
  const body = (await answer.json()) as Record<string, unknown[]>
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`)
  return body[target.root_selector ?? 'rows']?.length ?? 0
}

/** The one that sold most, and the last day of trade. */
async function chooseProduct(analyst: ClickHouseClient): Promise<{ product_id: string; last: string }> {
  const result = await analyst.query({
    query: `SELECT
      toString((SELECT max(day) FROM mart.sales_by_day)) AS last, toString(product_id) AS product_id
    FROM mart.sales_by_product
    WHERE kind = 'product'
    GROUP BY product_id
    ORDER BY sum(units_sold) DESC
    LIMIT 1`,
    format: 'JSONEachRow'
  })
  const [found] = await result.json<{ product_id: string; last: string }>()
  if (!found) throw new Error('nothing was sold')
  return found
}

function yearUntil(last: string, back: number): Range {
  const end = Date.parse(`${last}T22:00:00Z`) - back * DAY_MS
  return { from: new Date(end - YEAR_DAYS * DAY_MS).toISOString(), to: new Date(end).toISOString() }
}

const round = (ms = NaN): number => Number(ms.toFixed(1))
