import type { ClickHouseClient } from '@clickhouse/client'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import { REPLAY_FILE, ReplayRecord } from '../../models/contracts/replay.ts'
import { readCheck, type Check } from './facts.ts'

const FIGURES = [
  'lines',
  'lines_rejected',
  'amount',
  'refund_lines',
  'refund_amount',
  'documents',
  'customers'
] as const

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
  const expected = { ...replay, lines: replay.lines - replay.lines_rejected }
  return FIGURES.map((figure) => ({
    name: `${replay.source}: ${figure} stored = ${expected[figure]} in the file`,
    problems: async () => {
      const result = await client.query({
        query,
        query_params: { source: replay.source },
        format: 'JSONEachRow'
      })
      const [held] = await result.json<Record<string, string>>()
      const stored = String(held?.[figure])
      return isSame(figure, stored, String(expected[figure])) ? [] : [`${stored} stored`]
    }
  }))
}

function isSame(figure: string, stored: string, expected: string): boolean {
  if (figure.endsWith('amount')) return formatMoney(parseMoney(stored)) === expected
  // Whoever holds a key may send lines that are rejected; those of the file must be among them.
  return figure === 'lines_rejected' ? Number(stored) >= Number(expected) : stored === expected
}
