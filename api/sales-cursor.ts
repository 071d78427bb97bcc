import { hash } from 'node:crypto'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { salesFigures } from '../models/contracts/metrics/sales.ts'
import { wrongField } from './errors.ts'
import { dayNumber } from './sales-days.ts'
import type { SalesKey, SalesQuestion, SalesRow } from './sales-query.ts'

const Cursor = Type.Object(
  {
    question: Type.String(),
    key: Type.Object({
      period: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d(T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ)?$' }),
      figure: Type.Union([
        Type.String({ pattern: '^-?\\d{1,30}(\\.\\d{1,30})?(e[+-]?\\d{1,2})?$' }),
        Type.Null()
      ]),
      members: Type.Array(Type.String()),
      currency: Type.String()
    })
  },
  { additionalProperties: false }
)
const cursorCheck = Compile(Cursor)

/** Where a page ends: for the next one, of the same question only. */
export function writeCursor(question: SalesQuestion, row: SalesRow): string {
  const [first] = question.figures
  const figure = first && row[first]
  const key: SalesKey = {
    period: question.grain === 'hour' ? row.starts_at : row.period,
    figure: figure === null || figure === undefined ? null : String(figure),
    members: question.dimensions.map((name) => row[name] ?? ''),
    currency: row.currency
  }
  const cursor: Static<typeof Cursor> = { question: digestOf(question), key }
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** A cursor comes from outside, so it is checked like everything that does. */
export function readCursor(question: SalesQuestion, text: string): SalesKey {
  const cursor = parse(text)
  if (!cursorCheck.Check(cursor) || !isKeyOf(question, cursor.key))
    throw wrongField('cursor', 'is not one that an answer gave as next_cursor')
  if (cursor.question !== digestOf(question))
    throw wrongField('cursor', 'belongs to another question: ask with the same parameters as before')
  return cursor.key
}

/** What the warehouse could not read would be its failure otherwise. */
function isKeyOf({ grain, dimensions, figures: [first] }: SalesQuestion, key: SalesKey): boolean {
  const unit = salesFigures.find(({ name }) => name === first)?.unit
  const pattern =
    unit === 'money' ? /^-?\d+(\.\d{1,4})?$/ : unit === 'share' || unit === 'ratio' ? /^/ : /^-?\d{1,18}$/
  dayNumber('cursor', key.period.slice(0, 10))
  return (
    key.members.length === dimensions.length &&
    key.period.includes('T') === (grain === 'hour') &&
    (key.figure === null || pattern.test(key.figure))
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** Of all that decides which rows there are and in what order; not of how many come at once. */
function digestOf({ limit: _limit, after: _after, ...asked }: SalesQuestion): string {
  return hash('sha256', JSON.stringify(asked)).slice(0, 16)
}
