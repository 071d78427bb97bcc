import { hash } from 'node:crypto'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { wrongField } from '../errors.ts'

/** Where a row stands in a list: by its figures, the smallest first, then by id. `Infinity` is for what has no figure. */
export type Place = { figures: readonly number[]; id: string }
export type Placed<Row> = Place & { row: Row }

export function byPlace(a: Place, b: Place): number {
  for (const [i, own] of a.figures.entries()) {
    const other = b.figures[i] ?? Infinity
    if (own !== other) return own < other ? -1 : 1
  }
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1
}

const Cursor = Compile(
  Type.Object(
    {
      question: Type.String(),
      figures: Type.Array(Type.Union([Type.Number(), Type.Null()]), { maxItems: 4 }),
      id: Type.String()
    },
    { additionalProperties: false }
  )
)

/** Of a list in order. A page goes on after a place, not after a count, so that a new version loses and repeats nothing else. */
export function pageOf<Row>(
  list: readonly Placed<Row>[],
  { question, limit, cursor }: { question: unknown; limit: number; cursor: string | undefined }
): { rows: Row[]; next_cursor?: string } {
  const digest = hash('sha256', JSON.stringify(question)).slice(0, 16)
  const from = cursor === undefined ? 0 : firstAfter(list, readCursor(cursor, digest))
  const page = list.slice(from, from + limit)
  const last = page.at(-1)
  return {
    rows: page.map(({ row }) => row),
    ...(last && from + limit < list.length && { next_cursor: writeCursor(last, digest) })
  }
}

function firstAfter(list: readonly Place[], place: Place): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const at = list[middle]
    if (at && byPlace(at, place) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

/** JSON has no infinity: it becomes null. */
const writeCursor = ({ figures, id }: Place, question: string): string =>
  Buffer.from(JSON.stringify({ question, figures, id })).toString('base64url')

function readCursor(text: string, question: string): Place {
  const cursor = parse(text)
  if (!Cursor.Check(cursor)) throw wrongField('cursor', 'is not one that an answer gave as next_cursor')
  if (cursor.question !== question)
    throw wrongField('cursor', 'belongs to another question: ask with the same parameters as before')
  return { figures: cursor.figures.map((figure) => figure ?? Infinity), id: cursor.id }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}
