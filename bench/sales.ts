import { parseArgs } from 'node:util'
import { measureSize, type Measured } from './sales/measure-size.ts'

export const help = `The sales marts over a year of made-up order lines, at three sizes: time to answer, and how it grows.

  --lines N    lines of the largest size; the others are a tenth and a hundredth of it (100,000,000)
  --times N    how often each question is asked, after once to warm up (9)

For each size: an empty embedded warehouse with the real schema gets a year of lines, day after day, written by the engine
into mart.sales; its background merges come to rest; then an analyst, with an analyst's limits, asks each of the five
marts for every sum of the year (1) by month and (2) by month and what the mart is for. The lines themselves, without the
sums that are kept beside them, must answer the same to the last digit, or it ends with an error.
  mart_ms_max                the slowest mart's median of (1); mart_by_dimension_ms_max of (2)
  mart_by_days_ms            (2) of products with the year given as days: then no sums of months serve, only those of days
  lines_ms_max               the slowest of the same questions put to the lines
Needs nothing but npm ci, and for 100,000,000 lines 5 GB in the temporary folder and a quarter of an hour.`

export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: { lines: { type: 'string', default: '100000000' }, times: { type: 'string', default: '9' } }
  })
  const [lines, times] = [Number(values.lines), Number(values.times)]
  if (!Number.isInteger(lines) || lines < 100) throw new Error('--lines is a whole number of at least 100')
  if (!Number.isInteger(times) || times < 1) throw new Error('--times is a whole number of at least 1')
  const sizes: Measured[] = []
  for (const size of [lines / 100, lines / 10, lines].map(Math.round)) {
    process.stderr.write(`${size} lines\n`)
    sizes.push(await measureSize(size, { times, tell: (line) => process.stderr.write(`${line}\n`) }))
  }
  process.stdout.write(tableOf(sizes))
  return { rows: sizes.map(rowOf) }
}

function rowOf({ asked, ...stored }: Measured) {
  const largest = (by: string, of: 'median_ms' | 'lines_ms') =>
    Math.max(...asked.filter((one) => one.by === by).map((one) => one[of]))
  return {
    ...stored,
    mart_ms_max: largest('month', 'median_ms'),
    mart_by_dimension_ms_max: largest('dimension', 'median_ms'),
    mart_by_days_ms: largest('days', 'median_ms'),
    lines_ms_max: Math.max(...asked.map(({ lines_ms }) => lines_ms))
  }
}

/** A question a row; of each size the median and the largest time, and that of the lines. */
function tableOf(sizes: readonly Measured[]): string {
  const [largest] = sizes.slice(-1)
  if (!largest) return ''
  const asked = largest.asked.map(({ mart, by }, i) => [
    `${mart} by ${by}, ms`,
    ...sizes.flatMap((size) => {
      const one = size.asked[i]
      return one ? [one.median_ms, one.max_ms, one.lines_ms] : []
    })
  ])
  const stored = (['insert_per_s', 'settle_s', 'parts', 'table_mb', 'projections_mb'] as const).map(
    (name) => [name, ...sizes.flatMap((size) => [size[name], '', ''])]
  )
  return [
    ['lines', ...sizes.flatMap(({ lines }) => [lines, '', ''])],
    ['', ...sizes.flatMap(() => ['median', 'max', 'from lines'])],
    ...asked,
    ...stored
  ]
    .map(
      ([name = '', ...cells]) =>
        `${String(name).padEnd(36)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`
    )
    .join('')
}
