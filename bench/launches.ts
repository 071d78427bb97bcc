import { parseArgs } from 'node:util'
import type { Launch } from '../models/forecast/launch-curves.ts'
import { forecastNewProducts } from '../models/forecast/new-products.ts'
import { readLaunches, type LaunchedShop } from './launches/shop.ts'

export const help = `New products of Online Retail: what their next 28 days bring, when they are 0, 3, 7 and 14 days old; no service needed.

  npm run -s bench launches [-- --last 120 --skip 0]

Judged are products whose first sale is in the --last days of the file before the --skip last ones, each from what was known on its own
day: its own days so far and the launches before it, of which those that are too young count with the days that they have. Products
that sold in the first 60 days of the file are no launches; it has no categories, so price bands stand for them; age 0 is
the morning of the first day of sale, on which something sells for certain. How busy the shop is (lines a day) is known too. Beside ours:
the mean of its own days so far, and the curve alone.
  ages   one entry an age: launches; wape, rmse (of the 28-day sums, in units of what a launch brought in the mean) and bias of ours,
         of own_mean (null at age 0) and of curve; coverage_95, coverage_80 and coverage_50: share of sums within ours' quantiles`

const AGES = [0, 3, 7, 14]
const HORIZON_DAYS = 28
const PROBABILITIES = [0.5, 0.8, 0.95]

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: { last: { type: 'string', default: '120' }, skip: { type: 'string', default: '0' } }
  })
  const [last, skip] = [Number(values.last), Number(values.skip)]
  if (!(last > 0 && skip >= 0)) throw new Error('--last and --skip are numbers of days')
  process.stderr.write('reading Online Retail\n')
  const shop = await readLaunches()
  const ages = AGES.map((age) => {
    process.stderr.write(`age ${age}\n`)
    return judgeAge(shop, { age, last, skip })
  })
  const print = (line: string) => process.stdout.write(`${line}\n`)
  print(
    'age  launches  wape: ours, own mean, curve   rmse                    bias                    within .5 .8 .95'
  )
  for (const { age, launches, ours, own_mean, curve, ...coverage } of ages) {
    const three = (key: keyof Score) =>
      [ours, own_mean, curve].map((score) => (score ? score[key].toFixed(3) : '-').padEnd(7)).join(' ')
    const within = [coverage.coverage_50, coverage.coverage_80, coverage.coverage_95]
    print(
      `${String(age).padEnd(4)} ${String(launches).padEnd(9)} ${three('wape').padEnd(29)} ${three('rmse')} ${three('bias')} ${within.join(' ')}`
    )
  }
  return { last, skip, horizon: HORIZON_DAYS, ages }
}

type Score = { wape: number; rmse: number; bias: number }
type JudgeOptions = { age: number; last: number; skip: number }

export function judgeAge({ lastDay, launches, trade }: LaunchedShop, { age, last, skip }: JudgeOptions) {
  const actual: number[] = []
  const ours: number[] = []
  const ownMean: number[] = []
  const curve: number[] = []
  const held = PROBABILITIES.map(() => 0)
  const end = lastDay - skip
  for (const [at, launch] of launches.entries()) {
    const today = launch.firstDay + age
    if (launch.firstDay <= end - last || today + HORIZON_DAYS > end + 1) continue
    const known = launches.map((other, row): Launch =>
      row === at || other.firstDay < today
        ? { ...other, units: other.units.subarray(0, Math.max(0, today - other.firstDay)) }
        : { units: new Float64Array() }
    )
    const options = {
      horizonDays: HORIZON_DAYS,
      trade: trade.subarray(0, trade.length - (lastDay + 1 - today))
    }
    const fitted = forecastNewProducts(known, options)
    const forecast = fitted.forecast(at)
    const own = known[at]?.units ?? new Float64Array()
    const alone = forecastNewProducts([...known, { ...launch, units: own.map(() => NaN) }], options).forecast(
      known.length
    )
    if (!forecast.ok || !alone.ok) continue
    const came = sumOf(launch.units.subarray(age, age + HORIZON_DAYS))
    actual.push(came)
    ours.push(sumOf(forecast.mean))
    curve.push(sumOf(alone.mean))
    ownMean.push((HORIZON_DAYS * sumOf(own)) / Math.max(1, age))
    PROBABILITIES.forEach((probability, i) => {
      if (came <= fitted.quantile(at, HORIZON_DAYS, probability)) held[i] = (held[i] ?? 0) + 1
    })
  }
  const share = (i: number) => round((held[i] ?? 0) / actual.length)
  return {
    age,
    launches: actual.length,
    ours: scoreOf(actual, ours),
    own_mean: age === 0 ? null : scoreOf(actual, ownMean),
    curve: scoreOf(actual, curve),
    coverage_50: share(0),
    coverage_80: share(1),
    coverage_95: share(2)
  }
}

function scoreOf(actual: readonly number[], forecast: readonly number[]): Score {
  let [absolute, squares, came, expected] = [0, 0, 0, 0]
  actual.forEach((value, i) => {
    const error = (forecast[i] ?? 0) - value
    absolute += Math.abs(error)
    squares += error * error
    came += value
    expected += forecast[i] ?? 0
  })
  const mean = came / actual.length
  return {
    wape: round(absolute / came),
    rmse: round(Math.sqrt(squares / actual.length) / mean),
    bias: round(expected / came - 1)
  }
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
const round = (value: number) => Number(value.toFixed(4))
