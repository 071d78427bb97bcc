import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { Value } from 'typebox/value'
import type { LogEnd } from '../models/contracts/event-log.ts'
import { formatMoney, parseMoney } from '../models/contracts/money.ts'
import { REPLAY_FILE, ReplayRecord } from '../models/contracts/replay.ts'

/** What must be true; the problems are sentences, none when it is. */
export type Check = { name: string; problems: () => Promise<string[]> }

/** The ranges of the log and the rows stored from them. The first line of each file says what it proves. */
export async function checkFacts(client: ClickHouseClient): Promise<Check[]> {
  return Promise.all(
    ['contiguous', 'accounted', 'stored', 'once'].map(async (file) => {
      const query = await readCheck(file)
      return {
        name: query.split('\n', 1)[0]?.replace('-- ', '') ?? file,
        problems: async () => (await rowsOf<{ problem: string }>(client, query)).map((row) => row.problem)
      }
    })
  )
}

/** What the log holds is stored: to where each partition ended when `verify` began. */
export function checkLog(client: ClickHouseClient, ends: LogEnd[]): Check {
  return {
    name: 'everything that the log held is stored',
    async problems() {
      const rows = await rowsOf<{ topic: string; partition: number; next: string }>(
        client,
        'SELECT topic, partition, toString(max(last_offset) + 1) AS next FROM ops.ingest_blocks GROUP BY topic, partition'
      )
      const stored = new Map(rows.map((row) => [`${row.topic}/${row.partition}`, Number(row.next)]))
      return ends.flatMap(({ topic, partition, end }) => {
        const next = stored.get(`${topic}/${partition}`) ?? 0
        if (next >= end) return []
        return [
          `${topic}/${partition}: ${end - next} records, from offset ${next} on, are not stored: is ingest running?`
        ]
      })
    }
  }
}

type View = {
  name: string
  target: string
  select: string
  refreshable: number
  key: string
  replaces: number
}

/** Every table that a view fills equals what the views' own queries give when they run again over all rows. */
export async function checkMarts(client: ClickHouseClient): Promise<Check[]> {
  const views = await rowsOf<View>(
    client,
    `SELECT
      concat(view.database, '.', view.name) AS name, view.as_select AS select,
      extract(view.create_table_query, ' TO ([a-z_]+\\\\.[a-z_]+)') AS target,
      position(view.create_table_query, ' REFRESH ') > 0 AS refreshable,
      filled.sorting_key AS key, filled.engine = 'ReplacingMergeTree' AS replaces
    FROM system.tables AS view
    INNER JOIN system.tables AS filled ON concat(filled.database, '.', filled.name) = target
    WHERE view.engine = 'MaterializedView' AND view.database IN ('mart', 'ops')
    ORDER BY target, name`
  )
  return [...Map.groupBy(views, (view) => view.target)].map(([target, fillers]) => ({
    name: `${target} equals its recomputation`,
    problems: () => compareMart(client, target, fillers)
  }))
}

async function compareMart(client: ClickHouseClient, target: string, fillers: View[]): Promise<string[]> {
  const [view] = fillers
  if (!view) return []
  if (view.refreshable) {
    await client.command({ query: `SYSTEM REFRESH VIEW ${view.name}` })
    await client.command({ query: `SYSTEM WAIT VIEW ${view.name}` })
  }
  const columns = await rowsOf<{ name: string; type: string }>(client, `DESCRIBE TABLE ${target}`)
  // A digest tells apart types too, and a view's query may be wider than the column that it fills.
  const cast = columns.map(({ name, type }) => `CAST(${name} AS ${type})`).join(', ')
  const again = fillers.map(
    (filler) => `SELECT ${columns.map(({ name }) => name).join(', ')} FROM (${filler.select})`
  )
  const latest = view.replaces
    ? `SELECT * FROM (${again.join(' UNION ALL ')}) ORDER BY offset DESC LIMIT 1 BY ${view.key}`
    : again.join(' UNION ALL ')
  // A sum of hashes does not depend on the order of rows.
  // As text, because a hash with a NULL among its arguments is NULL, and a sum skips it.
  const digest = (from: string) =>
    `(SELECT (count(), sum(cityHash64(toString(tuple(${cast}))))) FROM ${from})`
  const [row] = await rowsOf<{ held: [string, string]; recomputed: [string, string] }>(
    client,
    `SELECT ${digest(`${target}${view.replaces ? ' FINAL' : ''}`)} AS held, ${digest(`(${latest})`)} AS recomputed`
  )
  if (row && row.held.join() === row.recomputed.join()) return []
  return [
    `holds ${row?.held[0]} rows (digest ${row?.held[1]}), recomputed ${row?.recomputed[0]} (${row?.recomputed[1]})`
  ]
}

/** After a demo: the totals of the shop's file against what is stored of it. */
export async function checkReplay(client: ClickHouseClient, dataDir: string): Promise<Check[]> {
  const text = await readFile(join(dataDir, REPLAY_FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return []
  const replay: unknown = JSON.parse(text)
  if (!Value.Check(ReplayRecord, replay))
    throw new Error(`${join(dataDir, REPLAY_FILE)} is not a replay's record`)
  if (!replay.complete)
    return [{ name: 'the shop’s file was sent', problems: async () => ['the replay has not ended yet'] }]
  const query = await readCheck('replayed')
  const figures = [
    'lines',
    'lines_rejected',
    'amount',
    'refund_lines',
    'refund_amount',
    'documents',
    'customers'
  ] as const
  const expected = { ...replay, lines: replay.lines - replay.lines_rejected }
  return figures.map((figure) => ({
    name: `${replay.source}: ${figure} stored = ${expected[figure]} in the file`,
    problems: async () => {
      const [held] = await rowsOf<Record<string, string>>(client, query, { source: replay.source })
      const stored = String(held?.[figure])
      const same = isSame(figure, stored, String(expected[figure]))
      return same ? [] : [`${stored} stored`]
    }
  }))
}

function isSame(figure: string, stored: string, expected: string): boolean {
  if (figure.endsWith('amount')) return formatMoney(parseMoney(stored)) === expected
  // Whoever holds a key may send lines that are rejected; those of the file must be among them.
  return figure === 'lines_rejected' ? Number(stored) >= Number(expected) : stored === expected
}

async function rowsOf<Row>(
  client: ClickHouseClient,
  query: string,
  params: Record<string, string> = {}
): Promise<Row[]> {
  return (await client.query({ query, query_params: params, format: 'JSONEachRow' })).json<Row>()
}

const readCheck = (name: string): Promise<string> =>
  readFile(new URL(`./checks/${name}.sql`, import.meta.url), 'utf8')
