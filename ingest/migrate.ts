import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { orderMoves, rentalMoves, type Moves } from '../models/contracts/lives.ts'
import { salesColumns } from '../models/contracts/metrics/sales-columns.ts'
import { stockEffects, type StockEffect } from '../models/contracts/stock-ledger.ts'
import { keepSourcesPrivate } from './private-views.ts'

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
  await keepSourcesPrivate(client)
  return done
}

export async function readMigrations(settings: { SHOP_TIME_ZONE: string }): Promise<Migration[]> {
  const names = (await readdir(SCHEMA)).filter((name) => /^\d{3}-.*\.sql$/.test(name)).toSorted()
  const values: Record<string, string> = {
    SHOP_TIME_ZONE: settings.SHOP_TIME_ZONE,
    ENVELOPE: await readColumns('envelope'),
    PLACE: await readColumns('place'),
    ORDER_MOVES: writeMoves(orderMoves),
    RENTAL_MOVES: writeMoves(rentalMoves),
    STOCK_EFFECTS: writeEffects(),
    SALES_COLUMNS: await readColumns('sales'),
    SALES_NAMES: [...salesColumns, 'cost_is_simulated'].join(', '),
    SALES_SUMS: [...salesColumns.map((column) => `sum(${column})`), 'max(cost_is_simulated)'].join(', '),
    SALES_CORRECTIONS: salesColumns.map((column) => `sum(lines.${column}) AS ${column}`).join(', ')
  }
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(new URL(name, SCHEMA), 'utf8')).replaceAll(
        /\$\{([A-Z_]+)\}/g,
        (whole, key: string) => values[key] ?? whole
      )
      return {
        name,
        checksum: hash('sha256', text),
        statements: text.split(/^-- then$/m).map((part) => part.trim())
      }
    })
  )
}

/** Columns that several tables share, without the line that says what they are. */
async function readColumns(name: string): Promise<string> {
  const text = await readFile(new URL(`columns/${name}.sql`, SCHEMA), 'utf8')
  return text.slice(text.indexOf('\n')).trim()
}

/** A map from 'state step' to the next state. */
function writeMoves(moves: Moves): string {
  const pairs = Object.entries(moves).flatMap(([state, next]) =>
    Object.entries(next).map(([step, to]) => `'${state} ${step}', '${to}'`)
  )
  return `map(${pairs.join(', ')})`
}

/** A map from a movement's type to its signs: on hand, reserved, on order. */
function writeEffects(): string {
  const pairs = Object.entries(stockEffects).map(([type, effect]) => {
    const { on_hand = 0, reserved = 0, on_order = 0 }: StockEffect = effect
    return `'${type}', tuple(${[on_hand, reserved, on_order].map((sign) => `toInt8(${sign})`).join(', ')})`
  })
  return `map(${pairs.join(', ')})`
}

async function readApplied(client: ClickHouseClient): Promise<Map<string, string>> {
  const result = await client.query({
    query: 'SELECT name, checksum FROM ops.migrations',
    format: 'JSONEachRow'
  })
  const rows = await result.json<{ name: string; checksum: string }>()
  return new Map(rows.map((row) => [row.name, row.checksum]))
}
