import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { BLANKED, envelopeCondition, rejectedCondition, SCRUB, type Whom } from './erase-sql.ts'

export type ErasedCounts = { rows_deleted: number; rows_blanked: number; rows_scrubbed: number }
export type EraseStep = { name: string; run: () => Promise<void> }

/**
 * Takes people out of the warehouse, step by step; `counts` grow meanwhile. After a crash all steps are run again, and
 * each does what is left of it. What raw.customers says of them is for the caller to delete, because it says whom to erase.
 */
export function eraseSteps(
  client: ClickHouseClient,
  whom: Whom
): { steps: EraseStep[]; counts: ErasedCounts } {
  const counts = { rows_deleted: 0, rows_blanked: 0, rows_scrubbed: 0 }
  const steps: EraseStep[] = [
    {
      name: 'scrub rejected messages',
      async run() {
        counts.rows_scrubbed += await update(client, 'raw.rejected', SCRUB, rejectedCondition(whom))
      }
    },
    ...deleteSteps(client, 'raw.behaviour', envelopeCondition(whom), (found) => {
      counts.rows_deleted += found
    }),
    ...BLANKED.map(({ table, set, condition }) => ({
      name: `blank ${table}`,
      async run() {
        counts.rows_blanked += await update(client, table, set, condition(whom))
      }
    }))
  ]
  return { steps, counts }
}

/**
 * Deletes rows for good, with their identities, and keeps the places where they were, which the ranges count: the places
 * first, so that none is missing, then what is found by them.
 */
export function deleteSteps(
  client: ClickHouseClient,
  table: string,
  condition: string,
  tell: (found: number) => void = () => {}
): EraseStep[] {
  const sweep = randomUUID()
  const places = `SELECT topic, partition, offset FROM ops.erased_rows WHERE sweep = '${sweep}'`
  let found = 0
  const ifFound = (query: string) => async () => {
    if (found > 0) await command(client, query)
  }
  return [
    {
      name: `keep the places of ${table}`,
      async run() {
        found = await countRows(client, table, condition)
        if (found === 0) return
        await command(
          client,
          `INSERT INTO ops.erased_rows (topic, partition, offset, epoch, sweep)
          SELECT topic, partition, offset, epoch, '${sweep}' FROM ${table} WHERE ${condition}`
        )
        await verifyAnew(client)
        tell(found)
      }
    },
    {
      name: `delete the identities of ${table}`,
      run: ifFound(`ALTER TABLE ops.event_ids DELETE WHERE (topic, partition, offset) IN (${places})`)
    },
    { name: `delete from ${table}`, run: ifFound(`ALTER TABLE ${table} DELETE WHERE ${condition}`) }
  ]
}

async function update(
  client: ClickHouseClient,
  table: string,
  set: string,
  condition: string
): Promise<number> {
  const found = await countRows(client, table, condition)
  if (found === 0) return 0
  await command(client, `ALTER TABLE ${table} UPDATE ${set} WHERE ${condition}`)
  await verifyAnew(client)
  return found
}

/** What was verified had other rows, so the next run begins at the start. */
const verifyAnew = (client: ClickHouseClient) => command(client, 'ALTER TABLE ops.verified DELETE WHERE 1')

/** A mutation writes whole parts anew; when nothing is found there is none. */
async function countRows(client: ClickHouseClient, table: string, condition: string): Promise<number> {
  const query = `SELECT toFloat64(count()) AS found FROM ${table} WHERE ${condition}`
  const rows = await (await client.query({ query, format: 'JSONEachRow' })).json<{ found: number }>()
  return rows[0]?.found ?? 0
}

async function command(client: ClickHouseClient, query: string): Promise<void> {
  await client.command({ query, clickhouse_settings: { mutations_sync: '1', async_insert: 0 } })
}
