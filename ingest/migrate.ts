import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'

const SCHEMA = new URL('./schema/', import.meta.url)

export type Migration = { name: string; checksum: string; statements: string[] }

/**
 * Brings the warehouse to the newest schema: numbered files in order, each once. Every statement may run again
 * (`IF NOT EXISTS`), so a crash half way is mended by the next start. Throws when an applied file was changed since.
 */
export async function migrate(
  client: ClickHouseClient,
  settings: { SHOP_TIME_ZONE: string }
): Promise<string[]> {
  await client.command({ query: 'CREATE DATABASE IF NOT EXISTS ops ENGINE = Atomic' })
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS ops.migrations
      (
        name String COMMENT 'File, numbered',
        checksum String COMMENT 'SHA-256 of its text with the settings filled in',
        applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
      ) ENGINE = MergeTree ORDER BY name COMMENT 'Applied schema files'`
  })
  const applied = await readApplied(client)
  const done: string[] = []
  for (const { name, checksum, statements } of await readMigrations(settings)) {
    const known = applied.get(name)
    if (known === checksum) continue
    if (known !== undefined) {
      throw new Error(
        `${name} was changed after it was applied (or SHOP_TIME_ZONE was). Put changes in a new file, and start with an empty warehouse to change the zone.`
      )
    }
    for (const query of statements) await client.command({ query })
    await client.insert({ table: 'ops.migrations', values: [{ name, checksum }], format: 'JSONEachRow' })
    done.push(name)
  }
  return done
}

export async function readMigrations(settings: { SHOP_TIME_ZONE: string }): Promise<Migration[]> {
  const names = (await readdir(SCHEMA)).filter((name) => /^\d{3}-.*\.sql$/.test(name)).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(new URL(name, SCHEMA), 'utf8')).replaceAll(
        '${SHOP_TIME_ZONE}',
        settings.SHOP_TIME_ZONE
      )
      return {
        name,
        checksum: hash('sha256', text),
        statements: text.split(/^-- then$/m).map((part) => part.trim())
      }
    })
  )
}

async function readApplied(client: ClickHouseClient): Promise<Map<string, string>> {
  const result = await client.query({
    query: 'SELECT name, checksum FROM ops.migrations',
    format: 'JSONEachRow'
  })
  const rows = await result.json<{ name: string; checksum: string }>()
  return new Map(rows.map((row) => [row.name, row.checksum]))
}
