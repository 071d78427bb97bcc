import { readdir, readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { orderMoves, rentalMoves, type Moves } from '../models/contracts/lives.ts'
import { salesColumns } from '../models/contracts/metrics/sales-columns.ts'
import { stockEffects, type StockEffect } from '../models/contracts/stock-ledger.ts'
import { noteCuts } from './migrate/cuts.ts'
import { NOTES_STATEMENTS, readNotes, writeNote } from './migrate/notes.ts'
import { planMigrations, type Migration, type Step } from './migrate/plan.ts'
import { keepSourcesPrivate } from './private-views.ts'

const SCHEMA = new URL('./schema/', import.meta.url)

export type MigrateOptions = {
  /** Left out, those of this version. */
  migrations?: Migration[]
  /** Told of every statement when it is applied. */
  told?(step: Step): void
  /** Told of new views over rows that `fillViews` cannot fill in. */
  cannotFill?(views: string[]): void
}

/**
 * Brings the warehouse to the newest schema: numbered files in order, each statement once, noted when it is done. A crash
 * is mended by the next start, which runs at most one statement again, and every one may run again (`IF NOT EXISTS`). So
 * may two processes at once. Where a new view begins is noted, too: what came before it is for `fillViews`, which may take
 * its time. Throws a SchemaError when an applied file was changed since, or the schema is newer.
 */
export async function migrate(
  client: ClickHouseClient,
  settings: { SHOP_TIME_ZONE: string },
  { migrations, told, cannotFill }: MigrateOptions = {}
): Promise<string[]> {
  const steps = planMigrations(migrations ?? (await readMigrations(settings)), await readNotes(client))
  for (const query of NOTES_STATEMENTS) await client.command({ query })
  const done = new Set<string>()
  for (const step of steps.filter(({ is_applied }) => !is_applied)) {
    await client
      .command({ query: step.query })
      .catch((cause) => Promise.reject(new Error(describeFailure(step, cause), { cause })))
    const { name, statement, checksum, is_last } = step
    await writeNote(client, { name, statement, checksum, is_last })
    done.add(name)
    told?.(step)
  }
  await keepSourcesPrivate(client)
  const left = await noteCuts(client)
  if (left.length > 0) cannotFill?.(left)
  return [...done]
}

const describeFailure = ({ name, statement }: Step, cause: unknown): string =>
  `${name}, statement ${statement}: ${cause instanceof Error ? cause.message : String(cause)}`

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
      return { name, statements: text.split(/^-- then$/m).map((part) => part.trim()) }
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
