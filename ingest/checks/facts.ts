import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import type { LogEnd } from '../../models/contracts/event-log.ts'
import { readStoredEnds } from './log-kept.ts'
import { windowParams, type Window } from './windows.ts'

/** What must be true; the problems are sentences, none when it is. */
export type Check = { name: string; problems: () => Promise<string[]> }

/** These ask only for what is whole: ranges and counts of all, events of the windows. */
const CUT = ['contiguous', 'accounted', 'stored', 'once', 'ended']
/** Read by others, or not at all in a part of the rows. */
const APART = ['replayed']
/** What reads all rows, and the latest ones too. */
const WHOLE_ONLY = ['stock']
const LOOKS_MAX = 3
const LOOK_AGAIN_MS = 1_500

/** Every file beside this one; its first line says what it proves. */
export async function listFacts(
  client: ClickHouseClient,
  windows: readonly Window[],
  { isFull }: { isFull: boolean }
): Promise<{ checks: Check[]; left_out: string[] }> {
  const files = (await readdir(new URL('.', import.meta.url)))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .filter((file) => !APART.includes(file))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
  const read = await Promise.all(files.map(async (file) => ({ file, query: await readCheck(file) })))
  const isLeftOut = (file: string) => !isFull && WHOLE_ONLY.includes(file)
  return {
    checks: read
      .filter(({ file }) => !isLeftOut(file))
      .map(({ file, query }) => ({
        name: titleOf(query),
        problems: () => {
          const ask = () => problemsOf(client, query, windows)
          return CUT.includes(file) ? ask() : askUntilQuiet(ask)
        }
      })),
    left_out: read.filter(({ file }) => isLeftOut(file)).map(({ query }) => titleOf(query))
  }
}

const STORED_MS_MAX = 30_000
/** A block closes after a second; where nothing is stored for so long, nobody stores. */
const STALLED_MS_MAX = 4_000
const STORED_AGAIN_MS = 200

/** What the log held when verify began is stored, or will be in the next seconds. */
export function checkLog(client: ClickHouseClient, ends: readonly LogEnd[]): Check {
  return {
    name: 'everything that the log held is stored',
    async problems() {
      const startedMs = performance.now()
      let movedMs = startedMs
      let before = ''
      for (;;) {
        const problems = await findUnstored(client, ends)
        const nowMs = performance.now()
        if (problems.join() !== before) movedMs = nowMs
        before = problems.join()
        const isLate = nowMs > movedMs + STALLED_MS_MAX || nowMs > startedMs + STORED_MS_MAX
        if (problems.length === 0 || isLate) return problems
        await sleep(STORED_AGAIN_MS)
      }
    }
  }
}

async function findUnstored(client: ClickHouseClient, ends: readonly LogEnd[]): Promise<string[]> {
  const stored = await readStoredEnds(client)
  return ends.flatMap(({ topic, partition, end }) => {
    const next = stored.find((one) => one.topic === topic && one.partition === partition)?.next ?? 0
    if (next >= end) return []
    return [
      `${topic}/${partition}: ${end - next} records, from offset ${next} on, are not stored: is ingest running?`
    ]
  })
}

/** A check without a cut sees rows on their way; what is broken stays broken. */
async function askUntilQuiet(ask: () => Promise<string[]>): Promise<string[]> {
  for (let looks = 1; ; looks++) {
    const problems = await ask()
    if (problems.length === 0 || looks === LOOKS_MAX) return problems
    await sleep(LOOK_AGAIN_MS)
  }
}

async function problemsOf(
  client: ClickHouseClient,
  query: string,
  windows: readonly Window[]
): Promise<string[]> {
  const result = await client.query({
    query,
    query_params: windowParams(windows),
    format: 'JSONEachRow'
  })
  return (await result.json<{ problem: string }>()).map((row) => row.problem)
}

/** What everything else rests on comes first. */
const rankOf = (file: string): number => (CUT.includes(file) ? CUT.indexOf(file) : CUT.length)

const titleOf = (query: string): string => query.split('\n', 1)[0]?.replace('-- ', '') ?? ''

export const readCheck = (name: string): Promise<string> =>
  readFile(new URL(`./${name}.sql`, import.meta.url), 'utf8')
