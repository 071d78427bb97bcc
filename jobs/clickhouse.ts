import { readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { tableFromIPC, type Table } from 'apache-arrow'

export type QueryName =
  | 'api-keys'
  | 'clock'
  | 'last-stored'
  | 'neighbours'
  | 'products'
  | 'rental-loads'
  | 'standing'
  | 'takings'
  | 'first-described'
  | 'empty-shelves'
  | 'offers'
  | 'works'
  | 'traded-works'
  | 'interactions'
  | 'customer-purchases'
  | 'daily-units'
  | 'profile-customers'
  | 'profile-marks'
  | 'profile-orders'
  | 'profile-parts'
  | 'sessions'
  | 'sales-ranges'
  | 'sales-range-end'
  | 'sales-due'
  | 'sales-wrong'
  | 'stock-snoozes'
  | 'snooze-ended'
  | 'open-alerts'
  | 'retired-products'
  | 'product-titles'
  | 'last-said'

/** Queries that insert what they read. */
export type StatementName =
  | 'sales-due-orders'
  | 'sales-due-products'
  | 'sales-part'
  | 'sales-correct'
  | 'sales-done'

/** Rows of a job's query as objects: for thousands of rows. */
export async function readRows<Row>(
  client: ClickHouseClient,
  name: QueryName,
  query_params: Record<string, unknown> = {}
): Promise<Row[]> {
  const result = await client.query({ query: await readQuery(name), query_params, format: 'JSONEachRow' })
  return result.json<Row>()
}

/** The same in columns, without an object a row: for hundreds of thousands and more. */
export async function readColumns(
  client: ClickHouseClient,
  name: QueryName,
  query_params: Record<string, unknown> = {}
): Promise<Table> {
  const { stream } = await client.exec({
    query: `${await readQuery(name)}\nFORMAT Arrow`,
    query_params,
    clickhouse_settings: {
      output_format_arrow_string_as_string: 1,
      output_format_arrow_compression_method: 'none'
    }
  })
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return tableFromIPC(Buffer.concat(chunks))
}

/** Inserts what a query gives. A token makes the same insert count once. */
export async function runStatement(
  client: ClickHouseClient,
  name: StatementName,
  query_params: Record<string, unknown>,
  token?: string
): Promise<void> {
  await client.command({
    query: await readQuery(name),
    query_params,
    clickhouse_settings: {
      // A partition is a month, and orders may be of any.
      max_partitions_per_insert_block: '0',
      ...(token !== undefined && { insert_deduplicate: 1, insert_deduplication_token: token })
    }
  })
}

const readQuery = (name: QueryName | StatementName): Promise<string> =>
  readFile(new URL(`./queries/${name}.sql`, import.meta.url), 'utf8')
