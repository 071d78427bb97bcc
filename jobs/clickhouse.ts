import { readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { tableFromIPC, type Table } from 'apache-arrow'

export type QueryName =
  | 'api-keys'
  | 'last-stored'
  | 'products'
  | 'works'
  | 'purchases'
  | 'daily-units'
  | 'profile-customers'
  | 'profile-marks'
  | 'profile-orders'
  | 'profile-parts'

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
export async function readColumns(client: ClickHouseClient, name: QueryName): Promise<Table> {
  const { stream } = await client.exec({
    query: `${await readQuery(name)}\nFORMAT Arrow`,
    clickhouse_settings: {
      output_format_arrow_string_as_string: 1,
      output_format_arrow_compression_method: 'none'
    }
  })
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return tableFromIPC(Buffer.concat(chunks))
}

const readQuery = (name: QueryName): Promise<string> =>
  readFile(new URL(`./queries/${name}.sql`, import.meta.url), 'utf8')
