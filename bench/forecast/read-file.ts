import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { looksLikeDemand, type HeldOutPanel } from './held-out.ts'

export type FileOptions = { horizon: number | undefined; season: number }

const HORIZON = 12

/** CSV (`id`, then a value a period, a blank is 0; the last are held out) or JSON lines (`id`, `x`, and `xx` held out). */
export async function readSeriesFile(path: string, options: FileOptions): Promise<HeldOutPanel> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const rows = lines[0]?.trimStart().startsWith('{') ? readJson(lines, options) : readCsv(lines, options)
  if (rows.length === 0) throw new Error(`${path} holds no series`)
  const known = rows.map((row) => row.known)
  return {
    name: basename(path),
    ids: rows.map((row) => row.id),
    known,
    actual: rows.map((row) => row.actual),
    season: options.season,
    horizon: rows.reduce((longest, { actual }) => Math.max(longest, actual.length), 0),
    isDemand: looksLikeDemand(known)
  }
}

type Row = { id: string; known: Float64Array; actual: Float64Array }

function readCsv(lines: readonly string[], { horizon = HORIZON }: FileOptions): Row[] {
  return lines.flatMap((line, at) => {
    const [id = '', ...cells] = line.split(',')
    const values = Float64Array.from(cells, (cell) => (cell.trim() === '' ? 0 : Number(cell)))
    if (!values.every(Number.isFinite)) {
      if (at === 0) return []
      throw new Error(`line ${at + 1}: a value is no number`)
    }
    if (values.length <= horizon)
      throw new Error(`line ${at + 1}: ${values.length} values, of which ${horizon} are held out`)
    const length = values.length - horizon
    return [{ id, known: values.slice(0, length), actual: values.slice(length) }]
  })
}

const LineSchema = Type.Object({
  id: Type.Union([Type.String(), Type.Number()]),
  x: Type.Array(Type.Union([Type.Number(), Type.Null()]), { minItems: 1 }),
  xx: Type.Array(Type.Number(), { minItems: 1 })
})

/** Null is missing in what is known. */
function readJson(lines: readonly string[], { horizon }: FileOptions): Row[] {
  return lines.map((line, at) => {
    const parsed: unknown = JSON.parse(line)
    if (!Value.Check(LineSchema, parsed)) throw new Error(`line ${at + 1}: id, x and xx are wanted`)
    const { id, x, xx } = parsed
    return {
      id: String(id),
      known: Float64Array.from(x, (value) => value ?? NaN),
      actual: Float64Array.from(xx.slice(0, horizon ?? xx.length))
    }
  })
}
