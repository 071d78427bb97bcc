import { parseArgs } from 'node:util'
import { bestAtStock } from './inventory/equal-stock.ts'
import { leadAtStock } from './inventory/lead.ts'
import { playPolicy, type Curve, type Played, type PlayOptions } from './inventory/play.ts'
import {
  minMaxPolicy,
  normalPolicy,
  quantilePolicy,
  SERVICE_LEVELS,
  type Policy,
  type Rhythm
} from './inventory/policies.ts'
import { printChart, printCurves, printEqualStock } from './inventory/print.ts'
import { readShop, type ShopProduct } from './inventory/shop.ts'

export const help = `Stock: Online Retail's last days replayed under our orders, z·σ·√L and min/max; no service needed.

  --days N       days that are counted (84), after lead time and review period have once gone by
  --skip N       days at the end of the file that are left out (0)
  --lead-time N  days from order to delivery (7)
  --review N     days between one order and the next (7)
  --cover N      days that an order lasts beyond that (0)
  --service P    service level of the last line (0.95): one of ${SERVICE_LEVELS.join(' ')}
  --margin P --carry P --order-cost N
                 of the price (0.4), of the cost a year (0.25), in pounds (1): what cost is made of; nothing is chosen by it

Every product with 10 days of sale and 120 days of history before the replay; each starts with a full shelf. What is not there is
lost, but it is known that it was asked for, alike for all policies. Ours plans and fits the panel anew at every review from the
days before it, and orders by models/inventory. z·σ·√L takes mean and standard deviation of the last 28, 56, 91 or 182 days,
min/max the mean of the last 28 or 91 days: also anew at every review. At equal average stock each rival is on a straight line
between its settings, and is that of its variants which was best there in hindsight; ours has one, chosen by nobody.
  fill_rate, average_stock        ours at --service: share of the units asked for that were there; units on hand at the end of a
                                  day in the mean; the same _value in money, stock at cost
  z_sigma, min_max                fill_rate of the best variant at our average_stock, null where none was played with so much; our
                                  lead over it, with 95 % of what resampled products give`

const WINDOWS = [28, 56, 91, 182]
const MIN_MAX_WINDOWS = [28, 91]

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      days: { type: 'string', default: '84' },
      skip: { type: 'string', default: '0' },
      'lead-time': { type: 'string', default: '7' },
      review: { type: 'string', default: '7' },
      cover: { type: 'string', default: '0' },
      service: { type: 'string', default: '0.95' },
      margin: { type: 'string', default: '0.4' },
      carry: { type: 'string', default: '0.25' },
      'order-cost': { type: 'string', default: '1' }
    }
  })
  const rhythm: Rhythm = {
    leadTimeDays: wholeNumber('lead-time', values['lead-time'], { min: 0, max: 60 }),
    reviewDays: wholeNumber('review', values.review, { min: 1, max: 60 }),
    coverDays: wholeNumber('cover', values.cover, { min: 0, max: 60 })
  }
  const days = wholeNumber('days', values.days, { min: 7, max: 180 })
  const service = Number(values.service)
  if (!SERVICE_LEVELS.includes(service)) throw new Error(`--service is one of ${SERVICE_LEVELS.join(' ')}`)
  const prices = {
    marginShare: Number(values.margin),
    yearlyCarryShare: Number(values.carry),
    orderCost: Number(values['order-cost'])
  }
  const areCosts = Object.values(prices).every((price) => price >= 0 && price < Infinity)
  if (!areCosts || prices.marginShare >= 1) throw new Error('costs are numbers from 0, the margin below 1')
  const report = (line: string) => process.stderr.write(`${line}\n`)
  report('reading Online Retail')
  const warmUpDays = rhythm.leadTimeDays + rhythm.reviewDays
  const skip = wholeNumber('skip', values.skip, { min: 0, max: 180 })
  const shop = await readShop({ days: days + warmUpDays, skip })
  const print = (line: string) => process.stdout.write(`${line}\n`)
  const figures = judge(shop, { rhythm, prices, warmUpDays, report }, { service, print })
  return { products: shop.length, days, skip, ...rhythmOf(rhythm), service, ...figures }
}

export function judge(
  shop: readonly ShopProduct[],
  options: PlayOptions,
  { service, print }: { service: number; print: (line: string) => void }
) {
  const { rhythm } = options
  const play = (policy: Policy): Curve => playPolicy(shop, policy, options)
  const ours = play(quantilePolicy(rhythm))
  const normals = WINDOWS.map((window) => play(normalPolicy(rhythm, window)))
  const minMaxes = MIN_MAX_WINDOWS.map((window) => play(minMaxPolicy(rhythm, window)))
  printCurves([ours, ...normals, ...minMaxes], print)
  printEqualStock(
    ours,
    [
      { name: 'z·σ·√L', curves: normals },
      { name: 'min/max', curves: minMaxes }
    ],
    print
  )
  const marks = ['o', 'z', 'm']
  const shown = [ours, normals[2], minMaxes[1]].flatMap((curve, at) =>
    curve ? [{ curve, mark: marks[at] ?? '' }] : []
  )
  printChart(shown, print)
  const point = ours.points.find(({ setting }) => setting === service) ?? ours.points[0]
  if (!point) throw new Error('no service level was played')
  const [zSigma, minMax] = [besideOf(point, normals), besideOf(point, minMaxes)]
  print(
    `\nset to ${point.setting}, at equal average stock: ${leadText('z·σ·√L', zSigma)}, ${leadText('min/max', minMax)}`
  )
  return {
    fill_rate: rounded(point.fillRate),
    average_stock: Math.round(point.averageStock),
    fill_rate_value: rounded(point.fillRateValue),
    average_stock_value: Math.round(point.averageStockValue),
    stock_out_days: point.stockOutDays,
    orders: point.orders,
    cost: Math.round(point.cost),
    z_sigma: zSigma,
    min_max: minMax,
    curve: ours.points.map(({ setting, fillRate, averageStock }) => ({
      service: setting,
      fill_rate: rounded(fillRate),
      average_stock: Math.round(averageStock),
      z_sigma: rounded(bestAtStock(normals, averageStock, 'units')?.fillRate)
    }))
  }
}

/** A rival with as much stock, and by how much we lead its best variant. */
function besideOf(point: Played, curves: readonly Curve[]) {
  const best = bestAtStock(curves, point.averageStock, 'units')
  const variant = curves.find(({ name }) => name === best?.name)
  const lead = variant ? leadAtStock(point, variant) : null
  return {
    fill_rate: rounded(best?.fillRate),
    average_stock: Math.round(point.averageStock),
    fill_rate_value: rounded(bestAtStock(curves, point.averageStockValue, 'value')?.fillRate),
    average_stock_value: Math.round(point.averageStockValue),
    lead: lead && rounded(lead.lead),
    lead_interval: lead && [rounded(lead.low), rounded(lead.high)]
  }
}

const rhythmOf = ({ leadTimeDays, reviewDays, coverDays }: Rhythm) => ({
  lead_time: leadTimeDays,
  review: reviewDays,
  cover: coverDays
})

function leadText(name: string, { lead, lead_interval: interval }: ReturnType<typeof besideOf>): string {
  return `${lead ?? '-'} above ${name}${interval ? ` (${interval.join(' to ')})` : ''}`
}

const rounded = (value: number | undefined) => (value === undefined ? null : Number(value.toFixed(4)))

function wholeNumber(name: string, value: string, { min, max }: { min: number; max: number }): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < min || number > max)
    throw new Error(`--${name} is a whole number from ${min} to ${max}`)
  return number
}
