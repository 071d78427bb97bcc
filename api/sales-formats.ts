import { Decimal, Float64, Int64, makeBuilder, Table, tableToIPC, Utf8, type DataType } from 'apache-arrow'
import { stringify } from 'csv-stringify/sync'

/** A column of an answer: money is a decimal string in JSON and CSV, and a decimal in Arrow. */
export type SalesColumn = { name: string; type: 'text' | 'money' | 'integer' | 'number' }
export type Cell = string | number | boolean | null | undefined
export type Cells = Record<string, Cell>

export const CSV = 'text/csv; charset=utf-8'
export const ARROW = 'application/vnd.apache.arrow.stream'

export type Format = 'json' | 'csv' | 'arrow'

/** The first that the asker names; JSON for whoever does not mind. Weights are not read. */
export function formatOf(accept: string | undefined): Format {
  for (const type of (accept ?? '').split(',').map((one) => one.split(';')[0]?.trim())) {
    if (type === 'text/csv') return 'csv'
    if (type === ARROW || type === 'application/vnd.apache.arrow.file') return 'arrow'
    if (type === 'application/json' || type === '*/*' || type === 'application/*') return 'json'
  }
  return 'json'
}

export function toCsv(
  columns: readonly SalesColumn[],
  rows: readonly Cells[],
  { header = true } = {}
): string {
  const texts = new Set(columns.flatMap(({ name, type }) => (type === 'text' ? [name] : [])))
  return stringify([...rows], {
    header,
    columns: columns.map(({ name }) => name),
    cast: {
      boolean: String,
      string: (value, { column }) => (texts.has(String(column)) ? harmless(value) : value)
    },
    record_delimiter: 'windows'
  })
}

/** A spreadsheet would run a title that begins so; with an apostrophe in front it is a text. Figures stay figures. */
const harmless = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)

const DECIMALS = 4
const MONEY = new Decimal(DECIMALS, 38, 128)

export function toArrow(columns: readonly SalesColumn[], rows: readonly Cells[]): Buffer {
  const vectors = columns.map(({ name, type }) => {
    const { data, value } = ARROW_TYPES[type]
    const builder = makeBuilder({ type: data, nullValues: [null] })
    for (const row of rows) builder.append(value(row[name] ?? null))
    return [name, builder.finish().toVector()]
  })
  return Buffer.from(tableToIPC(new Table(Object.fromEntries(vectors)), 'stream'))
}

const ARROW_TYPES: Record<SalesColumn['type'], { data: DataType; value: (cell: Cell) => unknown }> = {
  text: { data: new Utf8(), value: (cell) => (cell === null ? null : String(cell)) },
  money: { data: MONEY, value: (cell) => (cell === null ? null : wordsOf(String(cell))) },
  integer: { data: new Int64(), value: (cell) => (cell === null ? null : BigInt(Number(cell))) },
  number: { data: new Float64(), value: (cell) => (cell === null ? null : Number(cell)) }
}

/** A decimal as Arrow keeps it: 128 bits in two's complement, the lowest word first. */
function wordsOf(amount: string): Uint32Array {
  const [units = '', decimals = ''] = amount.replace('-', '').split('.')
  const size = BigInt(units + decimals.padEnd(DECIMALS, '0'))
  const bits = BigInt.asUintN(128, amount.startsWith('-') ? -size : size)
  return Uint32Array.from([0n, 32n, 64n, 96n], (shift) => Number((bits >> shift) & 0xffff_ffffn))
}
