import { parseArgs } from 'node:util'
import { forecastByPlan } from '../models/forecast/panel/forecast-panel.ts'
import { planPanel } from '../models/forecast/panel/plan.ts'
import { fitSumGrid } from '../models/forecast/panel/sum-grid.ts'
import { accuracyOf } from './forecast/accuracy.ts'
import { compareModels, type Compared } from './forecast/compare.ts'
import { generateShop } from './forecast/generate.ts'
import { panelOf, type HeldOutPanel } from './forecast/held-out.ts'
import { printTable } from './forecast/print.ts'

export const help = `How long the default forecasts of a large shop take, and each model beside statsforecast's. Needs nothing else.

  npm run -s bench forecast-scale [-- --series 50000 --days 730 --compare 1000 --python PATH --peer-minutes 10]

A shop is generated (seeded; sales by a power law, most products sell rarely), and the default pipeline forecasts it in one thread: plan
by backtest, 28 days of every product, and quantiles of demand over 7, 14 and 28 days. Then each model alone forecasts --compare of the
products (the costly ones a tenth of them), beside statsforecast in the same run where --python names a Python that has it, one thread
each.`

const HORIZON = 28
const LEAD_TIMES = [7, 14, 28]
const PROBABILITIES = [0.5, 0.8, 0.9, 0.95, 0.98]
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

function timePipeline(data: HeldOutPanel, report: (line: string) => void) {
  const panel = panelOf(data)
  const started = performance.now()
  const cpuBefore = process.cpuUsage()
  const since = (from: number) => round((performance.now() - from) / 1000)
  report('planning')
  const plan = planPanel(panel, HORIZON)
  const plan_s = since(started)
  report(`forecasting: ${plan.intermittent.chosen.name}`)
  const forecasting = performance.now()
  const paths = forecastByPlan(panel, plan, { horizon: HORIZON })
  const forecast_s = since(forecasting)
  const summing = performance.now()
  let quantiles = 0
  report(`quantiles over ${LEAD_TIMES.join(', ')} days`)
  const grid = fitSumGrid(panel, plan, { periods: LEAD_TIMES })
  for (let row = 0; row < panel.series.length; row++) {
    for (const [place] of LEAD_TIMES.entries())
      for (const probability of PROBABILITIES)
        if (grid.quantile(row, place, probability) !== undefined) quantiles++
  }
  const quantiles_s = since(summing)
  const total_s = since(started)
  const cpu = process.cpuUsage(cpuBefore)
  const cpu_s = round((cpu.user + cpu.system) / 1e6)
  const rss_mb_max = Math.round(process.resourceUsage().maxRSS / 1024)
  const chosen = plan.intermittent.chosen.name
  return {
    accuracy: accuracyOf(data, paths),
    plan_s,
    forecast_s,
    quantiles_s,
    quantiles,
    total_s,
    cpu_s,
    rss_mb_max,
    chosen
  }
}

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
