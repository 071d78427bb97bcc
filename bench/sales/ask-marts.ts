import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { byDays, byDimension, byMonth, type Question } from './questions.ts'

const QUESTIONS = { month: byMonth, dimension: byDimension, days: byDays }

export type Asked = {
  mart: string
  by: 'month' | 'dimension' | 'days'
  median_ms: number
  max_ms: number
  /** The same answer from the lines themselves. */
  lines_ms: number
  /** Which of the sums kept beside the lines the engine chose to read. */
  read_from: string
}
type Askers = { pipeline: ClickHouseClient; analyst: ClickHouseClient }
type Options = Askers & { times: number; tell: (line: string) => void }

/** Asks every question so often, after once to warm up; throws when the lines answer otherwise, or were read at all. */
export async function askMarts(options: Options): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const by of ['month', 'dimension', 'days'] as const) {
    for (const question of QUESTIONS[by]) asked.push({ by, ...(await askOne(question, options)) })
  }
  return asked
}

async function askOne({ mart, sql }: Question, { pipeline, analyst, times, tell }: Options) {
  const first = await ask(analyst, sql)
  const took: number[] = []
  for (let i = 0; i < times; i++) took.push((await ask(analyst, sql)).ms)
  const sorted = took.toSorted((a, b) => a - b)
  const [median_ms = NaN, max_ms = NaN] = [sorted[Math.floor(times / 2)], sorted.at(-1)].map(round)
  // An analyst may not choose this.
  const fromLines = await ask(pipeline, sql, { optimize_use_projections: 0 })
  if (first.text === '' || fromLines.text !== first.text)
    throw new Error(`mart.${mart} does not answer what its lines do: ${sql}`)
  const read_from = /ReadFromMergeTree \((by_\w+)\)/.exec((await ask(pipeline, `EXPLAIN ${sql}`)).text)?.[1]
  if (read_from === undefined) throw new Error(`mart.${mart} is read line by line: ${sql}`)
  tell(`mart.${mart}: ${median_ms} ms from ${read_from}, from its lines ${round(fromLines.ms)} ms`)
  return { mart, median_ms, max_ms, lines_ms: round(fromLines.ms), read_from }
}

const round = (ms = NaN): number => Number(ms.toFixed(1))

async function ask(client: ClickHouseClient, query: string, settings: ClickHouseSettings = {}) {
  const startedAtMs = performance.now()
  const result = await client.query({ query, format: 'JSONCompactEachRow', clickhouse_settings: settings })
  const text = await result.text()
  return { ms: performance.now() - startedAtMs, text }
}
