import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { LoadShopOptions } from './demo-shop.ts'

const STALLED_MS = 60_000
const LOOK_MS = 300

type Watch = Pick<LoadShopOptions, 'clickhouse' | 'logDir' | 'stopped'> & {
  /** A query for one number, `stored`. */
  query: string
  /** Undefined while more is being sent. */
  expected: () => number | undefined
  shown: (stored: number) => void
}

/** Looks at the warehouse until it holds what is expected. Rejects when nothing comes in for a minute. */
export async function watchStored({ clickhouse: access, logDir, stopped, ...watch }: Watch): Promise<void> {
  const clickhouse = createClient({ ...access, log: { level: ClickHouseLogLevel.OFF } })
  try {
    let stored = 0
    let movedAtMs = performance.now()
    for (;;) {
      const before = stored
      stored = await readStored()
      if (stored > before) movedAtMs = performance.now()
      if (stored > 0) watch.shown(stored)
      const expected = watch.expected()
      if (expected !== undefined && stored >= expected) return
      if (expected !== undefined && performance.now() - movedAtMs > STALLED_MS) {
        throw new Error(`nothing was stored for ${STALLED_MS / 1000} s: see ${join(logDir, 'ingest.log')}`)
      }
      await sleep(LOOK_MS, undefined, { signal: stopped })
    }
  } finally {
    await clickhouse.close()
  }

  /** The tables may not be there yet. */
  async function readStored(): Promise<number> {
    const result = await clickhouse
      .query({ query: watch.query, format: 'JSONEachRow' })
      .catch(() => undefined)
    const [row] = (await result?.json<{ stored: string }>()) ?? []
    return Number(row?.stored ?? 0)
  }
}
