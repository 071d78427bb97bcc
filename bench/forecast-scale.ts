import { parseArgs } from 'node:util'
import type { ServedDemand } from '../models/contracts/served-stock.ts'
import { forecastShop } from '../models/forecast/shop-forecasts.ts'
import { assess, type Standing } from '../models/inventory/assess.ts'
import { demandOf, serveDemand } from '../models/inventory/served-demand.ts'
import { accuracyOf } from './forecast/accuracy.ts'
import { compareModels, type Compared } from './forecast/compare.ts'
import { generateShop } from './forecast/generate.ts'
import type { HeldOutPanel } from './forecast/held-out.ts'
import { printTable } from './forecast/print.ts'

export const help = `How long the default forecasts of a large shop take, and each model beside statsforecast's. Needs nothing else.

  npm run -s bench forecast-scale [-- --series 50000 --days 730 --compare 1000 --python PATH --peer-minutes 10]

A shop is generated (seeded; sales by a power law, most products sell rarely), and one thread does with it what the jobs do of a night:
models chosen by backtest, 28 days of every product with bounds, 216 quantiles of its demand over 1 to 84 days, errors, and what to order
with the day on which stock runs out. Then each model alone forecasts --compare of the
products (the costly ones a tenth of them), beside statsforecast in the same run where --python names a Python that has it, one thread
each.`

const HORIZON = 28
const LAST_DAY = 20_000
const COSTLY_SHARE = 0.1

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      series: { type: 'string', default: '50000' },
      days: { type: 'string', default: '730' },
      compare: { type: 'string', default: '1000' },
      python: { type: 'string' },
      'peer-minutes': { type: 'string', default: '10' }
    }
  })
  const report = (line: string) => process.stderr.write(`${line}\n`)
  const print = (line: string) => process.stdout.write(`${line}\n`)
  report('generating')
  const data = generateShop({
    count: Number(values.series),
    periods: Number(values.days) + HORIZON,
    horizon: HORIZON,
    seed: 7
  })
  const timed = timePipeline(data, report)
  const peerSecondsMax = (60 * Number(values['peer-minutes'])) / 2
  const options = { python: values.python, peerSecondsMax, report }
  const count = Number(values.compare)
  const cheap = await compareModels(sampleOf(data, count), { ...options, only: 'cheap' })
  const costly = await compareModels(sampleOf(data, Math.ceil(COSTLY_SHARE * count)), {
    ...options,
    only: 'costly'
  })
  print(
    `each of ${count} products, the costly ones from holt on of a tenth of them; the default of all ${data.known.length}`
  )
  printTable([...cheap, ...costly], { accuracy: timed.accuracy, seconds: timed.total_s }, print)
  const { accuracy, ...times } = timed
  for (const [name, value] of Object.entries(times)) print(`${name.padEnd(24)} ${value}`)
  return {
    series: data.known.length,
    days: Number(values.days),
    ...times,
    rmsse: round(accuracy.rmsse),
    models: [...cheap, ...costly].map(secondsOf)
  }
}

/** What the jobs do of a night, but for reading and writing: demand, its quantiles, and what to order. */
function timePipeline(data: HeldOutPanel, report: (line: string) => void) {
  const started = performance.now()
  const cpuBefore = process.cpuUsage()
  const since = (from: number) => round((performance.now() - from) / 1000)
  const products = data.known.map((units) => ({ units }))
  const fitted = forecastShop(products, {
    lastDay: LAST_DAY,
    horizonDays: HORIZON,
    step: (_, what) => report(what)
  })
  const forecast_s = since(started)
  report('quantiles')
  const serving = performance.now()
  const served = products.map((_, row) =>
    serveDemand((days, probability) => fitted.quantile(row, days, probability))
  )
  const quantiles_s = since(serving)
  report('what to order')
  const assessing = performance.now()
  const orders = served.map((demand, row) => assess(standingOf(row, demand)).order.state)
  const replenish_s = since(assessing)
  const total_s = since(started)
  const cpu = process.cpuUsage(cpuBefore)
  return {
    accuracy: accuracyOf(
      data,
      fitted.daily.map((forecast) => (forecast.ok ? forecast.mean : undefined))
    ),
    forecast_s,
    quantiles_s,
    quantiles: served.reduce((sum, one) => sum + (one?.units.length ?? 0), 0),
    replenish_s,
    to_order: orders.filter((state) => state === 'order').length,
    total_s,
    cpu_s: round((cpu.user + cpu.system) / 1e6),
    rss_mb_max: Math.round(process.resourceUsage().maxRSS / 1024),
    chosen: fitted.plan.intermittent.chosen.name
  }
}

const standingOf = (row: number, demand: ServedDemand | undefined): Standing => ({
  product_id: `p${row}`,
  demand: demand && demandOf(demand),
  stock: { on_hand: row % 12, on_order: 0, reserved: 0, backorders: 0 },
  arrivals: [],
  terms: {
    lead_time_days: 3 + (row % 19),
    lead_time_spread_days: null,
    lead_times_observed: [],
    review_days: 7,
    cover_days: 0,
    service_level: 0.95,
    pack_size: 1,
    minimum_order: 0,
    stock_max: null,
    sources: {}
  },
  unitCost: 6,
  unitPrice: 10,
  yearlyCarryShare: 0.25
})

function sampleOf(data: HeldOutPanel, count: number): HeldOutPanel {
  const stride = Math.max(1, Math.floor(data.known.length / count))
  const isIn = (_: unknown, row: number) => row % stride === 0 && row < stride * count
  return {
    ...data,
    ids: data.ids.filter(isIn),
    known: data.known.filter(isIn),
    actual: data.actual.filter(isIn)
  }
}

function secondsOf({ name, seconds, peer }: Compared) {
  return { model: name, seconds: round(seconds), statsforecast_s: peer && round(peer.seconds) }
}

function round(value: number): number {
  return Number(value.toFixed(4))
}
