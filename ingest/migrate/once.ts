import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'

/**
 * Of inserts with the same token one counts, whoever makes them. All rows come as one block, or a token would cover a
 * part of them, and by one thread.
 */
export async function onceSettings(client: ClickHouseClient, token: string): Promise<ClickHouseSettings> {
  return {
    insert_deduplication_token: token,
    insert_deduplicate: 1,
    async_insert: 0,
    max_insert_threads: '1',
    min_insert_block_size_rows: '1000000000',
    min_insert_block_size_bytes: '0',
    ...(await readNewer(client))
  }
}

/** Newer servers have settings that rule over `insert_deduplicate`; an older one refuses what it does not know. */
async function readNewer(client: ClickHouseClient): Promise<ClickHouseSettings> {
  const newer = { deduplicate_insert: 'enable', deduplicate_insert_select: 'enable_even_for_bad_queries' }
  const result = await client.query({
    query: 'SELECT name FROM system.settings WHERE name IN {names:Array(String)}',
    query_params: { names: Object.keys(newer) },
    format: 'JSONEachRow'
  })
  const known = new Set((await result.json<{ name: string }>()).map(({ name }) => name))
  return Object.fromEntries(Object.entries(newer).filter(([name]) => known.has(name)))
}
