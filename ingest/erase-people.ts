import type { ClickHouseClient } from '@clickhouse/client'
import { forgetCustomer } from '../models/profiles/forget.ts'
import type { SendCommands } from '../models/profiles/sources.ts'
import { deleteSteps, eraseSteps, type ErasedCounts, type EraseStep } from './erase.ts'
import {
  customerHashes,
  customersCondition,
  EVERYBODY,
  guestHashes,
  sharedSpans,
  whomOf
} from './erase-sql.ts'
import type { ErasedPerson } from './erase-who.ts'
import { ALWAYS, nameHash, type Span, type Tombstones } from './erased-people.ts'

/**
 * All that erases these people from the warehouse and the serving store, beginning with their tombstones. Every step may
 * be run again. What says whom to erase goes last, and only with the last sweep.
 */
export function erasePeople(
  people: readonly ErasedPerson[],
  { client, send }: { client: ClickHouseClient; send: SendCommands },
  { isLast, startedAtMs, nowMs }: { isLast: boolean; startedAtMs: number; nowMs: () => number }
): { steps: EraseStep[]; counts: ErasedCounts } {
  const whom = whomOf(people)
  const { steps, counts } = eraseSteps(client, whom)
  const all: EraseStep[] = [
    { name: 'tombstones', run: () => writeTombstones(client, people) },
    ...steps,
    {
      name: 'forget profiles',
      async run() {
        for (const { customer_id, browsers } of people) await forgetCustomer(send, { customer_id, browsers })
      }
    },
    {
      name: 'record the sweep',
      run: () =>
        recordSweep(client, people, { ...counts, isLast, startedAtMs, tookMs: nowMs() - startedAtMs })
    }
  ]
  const last = deleteSteps(client, 'raw.customers', customersCondition(whom))
  return { steps: isLast ? [...all, ...last] : all, counts }
}

/** What a process stored late, of people who were erased before: everything but what a request that waits still needs. */
export function eraseLeftovers(client: ClickHouseClient): ReturnType<typeof eraseSteps> {
  const { steps, counts } = eraseSteps(client, EVERYBODY)
  const waiting = "SELECT customer_id FROM raw.customers WHERE type = 'customer_erased'"
  const condition = `${customersCondition(EVERYBODY)} AND customer_id NOT IN (${waiting})`
  const customers = deleteSteps(client, 'raw.customers', condition, (found) => {
    counts.rows_deleted += found
  })
  return { steps: [...steps, ...customers], counts }
}

export async function readTombstones(client: ClickHouseClient): Promise<Tombstones> {
  const result = await client.query({
    query: `
      SELECT DISTINCT toString(kind) AS kind, name_hash AS name, toFloat64(after_ms) AS after_ms, toFloat64(until_ms) AS until_ms
      FROM ops.tombstones
      UNION ALL
      SELECT DISTINCT 'done', toString(event_id), 0, 0 FROM ops.erasures WHERE is_last`,
    format: 'JSONEachRow'
  })
  const rows = await result.json<{ kind: string; name: string } & Span>()
  const namesOf = (kind: string) => new Set(rows.filter((row) => row.kind === kind).map(({ name }) => name))
  const guests = Map.groupBy(
    rows.filter((row) => row.kind === 'guest'),
    ({ name }) => name
  )
  return { customers: namesOf('customer'), guests, doneEventIds: namesOf('done') }
}

async function writeTombstones(client: ClickHouseClient, people: readonly ErasedPerson[]): Promise<void> {
  await insert(client, 'ops.tombstones', [
    ...customerHashes(people).map((name_hash) => ({ kind: 'customer', name_hash, ...ALWAYS })),
    ...guestHashes(people).map((name_hash) => ({ kind: 'guest', name_hash, ...ALWAYS })),
    ...sharedSpans(people).map((span) => ({ kind: 'guest', ...span }))
  ])
}

async function recordSweep(
  client: ClickHouseClient,
  people: readonly ErasedPerson[],
  {
    isLast,
    startedAtMs,
    tookMs,
    ...counts
  }: ErasedCounts & { isLast: boolean; startedAtMs: number; tookMs: number }
): Promise<void> {
  const values = people.flatMap(({ customer_id, event_ids }) =>
    event_ids.map((event_id) => ({
      event_id,
      customer_hash: nameHash(customer_id),
      is_last: isLast,
      swept_at: new Date(startedAtMs).toISOString().replace('T', ' ').replace('Z', ''),
      took_ms: tookMs,
      ...counts
    }))
  )
  await insert(client, 'ops.erasures', values)
}

const insert = async (client: ClickHouseClient, table: string, values: object[]) =>
  void (await client.insert({
    table,
    values,
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 }
  }))
