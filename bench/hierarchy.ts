import { parseArgs } from 'node:util'
import { addUp } from '../models/forecast/hierarchy.ts'
import { factorTowards } from './hierarchy/factor.ts'
import { forecastPanel, type Paths } from '../models/forecast/panel/forecast-panel.ts'
import { combineShapes, fitShapes } from '../models/forecast/panel/shape-paths.ts'
import type { ShapeName } from '../models/forecast/panel/shapes.ts'
import { accuracyOf } from './forecast/accuracy.ts'
import { readDailyUnits, type HeldOut } from './forecast/daily-units.ts'

export const help = `Whether forecasts of categories and of the whole shop help those of their products, on Online Retail; no service needed.

  npm run -s bench hierarchy [-- --skips 28,56,84]

28 days are judged after leaving out --skips days at the end of the file, by products chosen before them (as in bench forecast). It has no
categories, so bands of the mean price stand for them. Category and shop are forecast by the median of Theta, ETS and CES
of their own series; their products are drawn half of the way to them, within .8 and 1.25. Bottom up is what is published.
  rows   one entry a place, parents (shop, bands) and way (bottom_up, scaled): wrmsse and bias of products, rmsse of the parents`

const HORIZON = 28
const SEASON = 7
const SHAPES: ShapeName[] = ['theta', 'ets', 'ces']
const PRICE_BANDS = [1, 2, 5, Infinity]

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { skips: { type: 'string', default: '28,56,84' } } })
  const rows: Row[] = []
  for (const skip of values.skips.split(',').map(Number)) {
    if (!(Number.isInteger(skip) && skip >= 0)) throw new Error('--skips are whole numbers of days')
    process.stderr.write(`${skip} days left out\n`)
    const { products } = await readDailyUnits(skip + HORIZON)
    rows.push(...judgePlace(products, skip))
  }
  process.stdout.write('skip  parents  way        wrmsse  bias    rmsse of the parents\n')
  for (const { skip, parents, way, wrmsse, bias, parent_rmsse } of rows)
    process.stdout.write(
      `${String(skip).padEnd(5)} ${parents.padEnd(8)} ${way.padEnd(10)} ${String(wrmsse).padEnd(7)} ${String(bias).padEnd(7)} ${parent_rmsse}\n`
    )
  return { horizon: HORIZON, rows }
}

type Row = {
  skip: number
  parents: 'shop' | 'bands'
  way: 'bottom_up' | 'scaled'
  wrmsse: number
  bias: number
  parent_rmsse: number
}

export function judgePlace(products: readonly HeldOut[], skip: number): Row[] {
  const known = products.map((product) => product.known)
  const weights = products.map(({ revenue }) => revenue)
  const { paths } = forecastPanel({ series: known, season: SEASON, isDemand: true, weights }, HORIZON)
  const byName = (values: Paths) =>
    new Map(products.flatMap(({ product_id }, row) => (values[row] ? [[product_id, values[row]]] : [])))
  const bands = new Map(products.map((product) => [product.product_id, bandOf(product)]))
  const parentsOf = { shop: () => 'shop', bands: (id: string) => bands.get(id) }
  return (['shop', 'bands'] as const).flatMap((parents): Row[] => {
    const parentOf = parentsOf[parents]
    const past = addUp(byName(known.map(fromTheEnd)), parentOf)
    const came = addUp(byName(products.map(({ actual }) => actual.subarray(0, HORIZON))), parentOf)
    const expected = addUp(byName(paths), parentOf)
    const factors = new Map(
      [...expected].map(([name, sum]) => [name, factorTowards(ownForecast(past.get(name)), sum)])
    )
    return (['bottom_up', 'scaled'] as const).map((way): Row => {
      const scaled = paths.map((path, row) => {
        const parent = parentOf(products[row]?.product_id ?? '')
        const factor = way === 'scaled' && parent !== undefined ? (factors.get(parent) ?? 1) : 1
        return path?.map((value) => factor * value)
      })
      const sums = addUp(byName(scaled), parentOf)
      const names = [...sums.keys()]
      const of = (level: ReadonlyMap<string, Float64Array>) =>
        names.map((name) => level.get(name) ?? new Float64Array())
      const actual = products.map((product) => product.actual.subarray(0, HORIZON))
      const own = accuracyOf({ known, actual, season: SEASON, weights }, scaled)
      const above = accuracyOf(
        { known: of(past).map(fromTheEnd), actual: of(came), season: SEASON },
        of(sums)
      )
      return {
        skip,
        parents,
        way,
        wrmsse: round(own.wrmsse ?? NaN),
        bias: round(own.bias),
        parent_rmsse: round(above.rmsse)
      }
    })
  })
}

/** Series end together, and sums count from their beginning: turned about, the days of all are the same. */
const fromTheEnd = (y: Float64Array) => y.toReversed()

function ownForecast(reversed: Float64Array | undefined): Float64Array | undefined {
  if (!reversed) return undefined
  const paths = fitShapes(fromTheEnd(reversed), { names: SHAPES, horizon: HORIZON, season: SEASON })
  return combineShapes(paths, { names: SHAPES, how: 'median' }, { isDemand: true })
}

function bandOf({ known, revenue }: HeldOut): string {
  const units = known.subarray(-HORIZON).reduce((sum, value) => sum + value, 0)
  const price = units > 0 ? revenue / units : 0
  return `band ${PRICE_BANDS.findIndex((most) => price < most)}`
}

const round = (value: number) => Number(value.toFixed(4))
