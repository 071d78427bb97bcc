import { readFileSync } from 'node:fs'
import { figures } from '../../models/contracts/metrics/figures.ts'
import type { BoardQuery, Column } from '../column.ts'
import type { ShopStyle } from '../style.ts'

/** The official plugin; 4.15 and later need a newer Grafana than ours. */
export const WAREHOUSE = {
  plugin: 'grafana-clickhouse-datasource',
  plugin_version: '4.14.1',
  uid: 'flipside-warehouse'
} as const
const datasource = { type: WAREHOUSE.plugin, uid: WAREHOUSE.uid }

/** A question to the marts, asked as an analyst who may change nothing. */
export class WarehouseQuery implements BoardQuery {
  readonly datasource = datasource
  readonly columns: readonly Column[]
  readonly #sql: string

  constructor(sql: string, columns: readonly Column[]) {
    this.#sql = sql
    this.columns = columns
  }

  build() {
    return { ...warehouseQuery(this.#sql), _implementsDataqueryVariant() {} }
  }
}

export const warehouseQuery = (rawSql: string) => ({
  refId: 'A',
  datasource,
  editorType: 'sql',
  pluginVersion: WAREHOUSE.plugin_version,
  // A table as it comes, which panels then shape.
  format: 1,
  queryType: 'table',
  rawSql
})

/** One file's question, with the columns of its answer in their order. */
export const askFile = (file: URL, shop: ShopStyle, columns: readonly Column[]): WarehouseQuery =>
  new WarehouseQuery(readSql(file, shop), columns)

/**
 * The SQL of a file beside the board's code, with `{days of <column>}` and the shop's settings filled in.
 * The plugin's own `$__dateFilter` takes the range's ends for days in UTC, which are others than the shop's.
 */
export const readSql = (file: URL, shop: ShopStyle): string => fill(readFileSync(file, 'utf8').trim(), shop)

/** A figure as `models/contracts/metrics` defines it, of the board's days. */
export function figureSql(name: string, shop: ShopStyle): string {
  const figure = figures.find((one) => one.name === name)
  if (!figure) throw new Error(`no figure ${name}`)
  const sql = figure.sql.replaceAll('{from: Date}', '{first day}').replaceAll('{to: Date}', '{last day}')
  return fill(`-- One row is the figure ${name}: ${figure.meaning}.\n${sql}`, shop)
}

function fill(sql: string, { SHOP_TIME_ZONE, SHOP_CURRENCY }: ShopStyle): string {
  const dayOf = (time: string) => `toDate($__${time}, '${SHOP_TIME_ZONE}')`
  return sql
    .replaceAll(/\{days of ([\w.]+)\}/g, '$1 BETWEEN {first day} AND {last day}')
    .replaceAll('{first day}', () => dayOf('fromTime'))
    .replaceAll('{last day}', () => dayOf('toTime'))
    .replaceAll('{SHOP_TIME_ZONE}', () => SHOP_TIME_ZONE)
    .replaceAll('{SHOP_CURRENCY}', () => SHOP_CURRENCY)
}
