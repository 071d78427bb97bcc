import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Logger } from 'pino'
import type { SendCommands } from '../models/profiles/sources.ts'
import type { ErasedCounts, EraseStep } from './erase.ts'
import { eraseLeftovers, erasePeople, readTombstones } from './erase-people.ts'
import { findBrowsers } from './erase-who.ts'
import type { People } from './erased-people.ts'

/** How long a process may store something of a person before it hears of the tombstone: several times the refresh. */
export const LAST_SWEEP_AFTER_MS = 60_000
/** How often a process looks who was erased. */
export const TOMBSTONES_REFRESH_MS = 10_000
/** A sweep reads whole tables, for one person or for fifty: those who ask meanwhile share the next one. */
const REST_MS = 10_000
const LEFTOVERS_EVERY_MS = 6 * 3_600_000
/** Bounds the text of a condition. */
const PEOPLE_A_SWEEP = 50

export type ErasurePorts = {
  client: ClickHouseClient
  send: SendCommands
  people: People
  nowMs: () => number
}
export type Sweep = ErasedCounts & { person_count: number; is_last: boolean; took_ms: number }

/**
 * Keeps the people who were erased known to this process, and erases those who ask for it: as soon as their request is
 * stored (`wake`), and once more when no process can store anything of them. Requests are rows of raw.customers, which go
 * with the last sweep, so a crash loses none. Several processes may do this at once.
 */
export function openErasures(ports: ErasurePorts, log: Logger) {
  let wakened = Promise.withResolvers<void>()
  let lookedAtMs = -Infinity

  /** Answers whether there was anybody to erase. */
  async function look(): Promise<boolean> {
    const sweeps = await eraseAsked(ports)
    for (const sweep of sweeps) log.info(sweep, 'erased people')
    if (ports.nowMs() - lookedAtMs < LEFTOVERS_EVERY_MS) return sweeps.length > 0
    lookedAtMs = ports.nowMs()
    const { rows_deleted, rows_blanked, rows_scrubbed } = await sweepLeftovers(ports)
    if (rows_deleted + rows_blanked + rows_scrubbed > 0) {
      log.warn({ rows_deleted, rows_blanked, rows_scrubbed }, 'erased what came late')
    }
    return true
  }

  return {
    wake: () => wakened.resolve(),
    async run(stopping: AbortSignal): Promise<void> {
      while (!stopping.aborted) {
        const isBusy = await look().catch((error: unknown) => {
          // A warehouse that is down is waited for; what was half done is done again.
          const message = error instanceof Error ? error.message.slice(0, 500) : String(error)
          if (!stopping.aborted) log.warn({ error: message }, 'erasing goes on later')
          return false
        })
        if (isBusy) await sleep(REST_MS, undefined, { signal: stopping }).catch(() => {})
        const waited = sleep(TOMBSTONES_REFRESH_MS, undefined, { signal: stopping }).catch(() => {})
        await Promise.race([wakened.promise, waited])
        wakened = Promise.withResolvers<void>()
      }
    }
  }
}

/** One look: refreshes what this process knows, and sweeps for those who are due. */
export async function eraseAsked(ports: ErasurePorts): Promise<Sweep[]> {
  ports.people.replace(await readTombstones(ports.client))
  const asked = await readAsked(ports.client)
  const sweeps: Sweep[] = []
  for (const isLast of [false, true]) {
    const due = asked.filter(({ swept_at_ms }) =>
      isLast ? swept_at_ms > 0 && ports.nowMs() - swept_at_ms >= LAST_SWEEP_AFTER_MS : swept_at_ms === 0
    )
    for (let i = 0; i < due.length; i += PEOPLE_A_SWEEP) {
      sweeps.push(await sweepFor(due.slice(i, i + PEOPLE_A_SWEEP), ports, isLast))
    }
  }
  return sweeps
}

async function sweepFor(asked: Asked[], ports: ErasurePorts, isLast: boolean): Promise<Sweep> {
  const startedAtMs = ports.nowMs()
  const people = await findBrowsers(ports.client, asked)
  const { steps, counts } = erasePeople(people, ports, { isLast, startedAtMs, nowMs: ports.nowMs })
  await runSteps(steps, ports)
  return { person_count: people.length, is_last: isLast, took_ms: ports.nowMs() - startedAtMs, ...counts }
}

/** Searches everything for everybody who was ever erased, which takes its time. */
export async function sweepLeftovers(ports: ErasurePorts): Promise<ErasedCounts> {
  if (ports.people.isEmpty()) return { rows_deleted: 0, rows_blanked: 0, rows_scrubbed: 0 }
  const { steps, counts } = eraseLeftovers(ports.client)
  await runSteps(steps, ports)
  return counts
}

/** What is done last is honoured by this process, too, and what comes first: the tombstones. */
async function runSteps(steps: EraseStep[], { client, people }: ErasurePorts): Promise<void> {
  for (const [i, step] of steps.entries()) {
    await step.run()
    if (i === 0 || i === steps.length - 1) people.replace(await readTombstones(client))
  }
}

/** `swept_at_ms` is when the first sweep began; 0 before it. */
type Asked = { customer_id: string; event_ids: string[]; swept_at_ms: number }

async function readAsked(client: ClickHouseClient): Promise<Asked[]> {
  const result = await client.query({
    query: `
      SELECT customer_id, groupUniqArray(id) AS event_ids, min(swept_ms) AS swept_at_ms
      FROM
      (
        SELECT customer_id, toString(event_id) AS id, toFloat64(toUnixTimestamp64Milli(sweeps.swept_at)) AS swept_ms
        FROM raw.customers AS request
        LEFT JOIN (SELECT event_id, min(swept_at) AS swept_at FROM ops.erasures GROUP BY event_id) AS sweeps USING (event_id)
        WHERE type = 'customer_erased'
      )
      GROUP BY customer_id
      ORDER BY customer_id`,
    format: 'JSONEachRow'
  })
  return result.json<Asked>()
}
