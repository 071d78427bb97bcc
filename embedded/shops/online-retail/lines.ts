import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { formatMoney, parseMoney } from '../../../models/contracts/money.ts'

/** One line of the file, checked. Codes keep the file's case; `customer_id` is absent on guest sales. */
export type RetailLine = {
  /** The line's number in the file, from 1 for the first line after the header. */
  line_id: number
  invoice: string
  stock_code: string
  description: string
  quantity: number
  occurred_at: string
  unit_price: string
  customer_id: string | undefined
  country: string
}
export type LineResult =
  | { ok: true; line: RetailLine }
  | { ok: false; line_id: number; reason: string; text: string }

export const ONLINE_RETAIL_FILE = new URL('./online-retail.csv.gz', import.meta.url)
export const ONLINE_RETAIL_LINES = 541_909
const COLUMNS = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

/** Streams the file in its order, 541,909 lines; a line that cannot be valid comes with its reason. */
export async function* readLines(file: URL | string = ONLINE_RETAIL_FILE): AsyncGenerator<LineResult> {
  // A stray quote must cost its own line only.
  const parser = parse({ bom: true, relax_column_count: true, relax_quotes: true })
  const source = createReadStream(file)
  const unzipped = String(file).endsWith('.gz') ? source.pipe(createGunzip()) : source
  source.on('error', (error: Error) => parser.destroy(error))
  unzipped.on('error', (error: Error) => parser.destroy(error))
  unzipped.pipe(parser)
  const shared = createTexts()
  let line_id = -1
  for await (const fields of parser as AsyncIterable<string[]>) {
    line_id++
    if (line_id > 0) yield readLine(fields, line_id, shared)
    else if (fields.join(',') !== COLUMNS) throw new Error(`${String(file)}: expected the columns ${COLUMNS}`)
  }
  if (line_id < 0) throw new Error(`${String(file)} is empty: expected the columns ${COLUMNS}`)
}

export function readLine(fields: string[], line_id: number, shared = (text: string) => text): LineResult {
  const refuse = (reason: string): LineResult => ({
    ok: false,
    line_id,
    reason,
    text: fields.join(',').slice(0, 1000)
  })
  if (fields.length !== 8) return refuse(`has ${fields.length} fields, not 8`)
  const [
    invoice = '',
    stock_code = '',
    description = '',
    quantityText = '',
    date = '',
    price = '',
    customer = '',
    country = ''
  ] = fields
  if (!/^[AC]?\d{6}$/.test(invoice))
    return refuse(`InvoiceNo ${JSON.stringify(invoice)} is not six digits with an optional A or C`)
  if (!/^[\p{L}\p{N}\p{P}\p{S} ]{1,50}$/u.test(stock_code))
    return refuse(`StockCode ${JSON.stringify(stock_code).slice(0, 80)} is no code`)
  if (description.length > 500 || country.length > 100) return refuse('Description or Country is too long')
  if (!/^-?\d{1,6}$/.test(quantityText))
    return refuse(`Quantity ${JSON.stringify(quantityText)} is not a whole number`)
  const occurred_at = londonToUtc(date)
  if (!occurred_at) return refuse(`InvoiceDate ${JSON.stringify(date)} is not a date`)
  if (!/^-?\d{1,7}(\.\d{1,4})?$/.test(price))
    return refuse(`UnitPrice ${JSON.stringify(price)} is not an amount`)
  if (!/^(\d{5}(\.0)?)?$/.test(customer))
    return refuse(`CustomerID ${JSON.stringify(customer)} is not five digits`)
  return {
    ok: true,
    line: {
      line_id,
      invoice: shared(invoice),
      stock_code: shared(stock_code),
      description: shared(description),
      quantity: Number(quantityText),
      occurred_at,
      unit_price: shared(formatMoney(parseMoney(price))),
      customer_id: customer ? shared(customer.slice(0, 5)) : undefined,
      country: shared(country)
    }
  }
}

/** Each text once: the file's five million fields are some tens of thousands of texts. */
function createTexts(): (text: string) => string {
  const texts = new Map<string, string>()
  return (text) => {
    const known = texts.get(text)
    if (known === undefined) texts.set(text, text)
    return known ?? text
  }
}

/** Moves an instant by whole days on the shop's clock: 9:00 stays 9:00 over a change to summer time. */
export function moveDate(occurred_at: string, days: number): string {
  if (days === 0) return occurred_at
  const from = Date.parse(occurred_at)
  const to = from + days * 86_400_000
  return new Date(to - (londonOffsetMs(to) - londonOffsetMs(from))).toISOString()
}

const instants = new Map<string, string | undefined>()

/** The file's clock is the shop's, in London. Lines of an invoice share their date, so each is read once. */
function londonToUtc(date: string): string | undefined {
  if (!instants.has(date)) instants.set(date, readLondon(date))
  return instants.get(date)
}

function readLondon(date: string): string | undefined {
  if (!/^(19[7-9]\d|20\d\d)-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date)) return undefined
  const local = Date.parse(`${date.replace(' ', 'T')}Z`)
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== date.slice(0, 10))
    return undefined
  return new Date(local - londonOffsetMs(local)).toISOString()
}

const londonHour = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: 'numeric',
  hourCycle: 'h23'
})
const offsets = new Map<number, number>()

/** Asked once a day, at noon: the clocks change in the small hours, when this shop never sold. */
function londonOffsetMs(timeMs: number): number {
  const day = Math.floor(timeMs / 86_400_000)
  let offset = offsets.get(day)
  if (offset === undefined) {
    offset = (Number(londonHour.format(day * 86_400_000 + 43_200_000)) - 12) * 3_600_000
    offsets.set(day, offset)
  }
  return offset
}
