import { parseArgs } from 'node:util'
import { forecastPanel } from '../models/forecast/panel/forecast-panel.ts'
import type { Plan } from '../models/forecast/panel/plan.ts'
import { accuracyOf } from './forecast/accuracy.ts'
import { compareModels, type Compared } from './forecast/compare.ts'
import { heldOutDays } from './forecast/daily-units.ts'
import { panelOf, type HeldOutPanel } from './forecast/held-out.ts'
import { judgeLeadTime } from './forecast/lead-time.ts'
import { printPlan, printTable } from './forecast/print.ts'
import { readSeriesFile } from './forecast/read-file.ts'
import { tableOfStockOuts } from './forecast/stock-outs-table.ts'

export const help = `Demand forecasts judged by what came. Without --data: Online Retail's last 28 days.

  npm run -s bench forecast [-- --data FILE --horizon N --season N --lead-time N --python PATH --peer-minutes N --stock-outs]

Without a file a series is a product's units a calendar day, closed days included, from its first sale on; sold lines only (positive
quantity and price, invoices that were not cancelled). Products with at least 10 days of sale and 120 days of history before the 28.
FILE is CSV (an id, then a value a period, blank is 0; the last --horizon, 12, are held out) or JSON lines (id, x, and xx held
out). --season is the periods after which the pattern repeats (12; 7 for Online Retail; 1 is none), --lead-time the periods of the
sums whose quantiles are judged (a quarter of the horizon; 14 for Online Retail).

The default forecasts of the last line choose by earlier origins of the known part what serves a panel: which candidates, how they
are combined, with or without its season; nothing held out is looked at. rmsse as in M5; wrmsse weighs products by their takings in
the 28 days before (null for a file); mase and smape prefer a forecast of 0 where most periods have no sale. Sums over
the lead time are judged from each origin in what is held out that leaves a whole one; of Online Retail from three origins, a lead time
apart, by the same selection before them. pinball is the mean over .5 .8 .9 .95 .98 of the loss of their quantiles, in units of the
mean absolute change from one known period to the next times the root of the lead time (on Online Retail with this unit Poisson about
SES .05 loses 1.446, z sd root L 1.243, windows of the past 1.440); coverage_95 the share of sums within that of .95; pinball_poisson
what Poisson's quantiles of our means lose.
--python names a Python that has statsforecast 2.1.1 (bench/forecast/peers.py): its models run beside ours, one thread each, at most
--peer-minutes (10) in all; without it statsforecast_s is null.
--stock-outs: spells of one to six weeks without stock are hidden in the known days of three products in ten (three seeds, half of the
spells still last where the future begins; demand data a period of which is a day). Prints what that costs where hidden days are
taken for days without demand, where they are known to be without stock, and were nothing hidden; and the units that are
estimated to be lost beside the hidden ones (keys under stock_outs).`

const LEAD_TIMES = 3

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      horizon: { type: 'string' },
      season: { type: 'string' },
      'lead-time': { type: 'string' },
      python: { type: 'string' },
      'peer-minutes': { type: 'string', default: '10' },
      'stock-outs': { type: 'boolean', default: false }
    }
  })
  const report = (line: string) => process.stderr.write(`${line}\n`)
  const [horizon, season] = [wholeNumber('horizon', values.horizon), wholeNumber('season', values.season)]
  report(`reading ${values.data ?? 'Online Retail'}`)
  const data = values.data
    ? await readSeriesFile(values.data, { horizon, season: season ?? 12 })
    : await heldOutDays({ horizon: horizon ?? 28, season: season ?? 7 })
  const usual = values.data ? Math.ceil(data.horizon / 4) : Math.min(14, data.horizon)
  if (values['stock-outs'] && !data.isDemand) throw new Error('--stock-outs needs units that people bought')
  const leadTime = wholeNumber('lead-time', values['lead-time']) ?? usual
  if (leadTime > data.horizon) throw new Error(`--lead-time is at most the horizon, ${data.horizon}`)
  const sumsData = values.data
    ? data
    : await heldOutDays({ horizon: LEAD_TIMES * leadTime, season: season ?? 7 })
  const result = judge(data, { leadTime, sumsData, report })
  const peerSecondsMax = 60 * Number(values['peer-minutes'])
  const models = await compareModels(data, { python: values.python, peerSecondsMax, report })
  const print = (line: string) => process.stdout.write(`${line}\n`)
  printPlan(result.plan, print)
  printTable(models, { accuracy: result.accuracy, seconds: result.fitSeconds }, print)
  for (const [name, value] of Object.entries(result.figures)) print(`${name.padEnd(24)} ${value}`)
  const stockOuts = values['stock-outs'] ? tableOfStockOuts(data, { lastDay: SOME_DAY, report, print }) : null
  const peers = models.flatMap(({ peer }) => peer ?? [])
  return {
    ...result.figures,
    statsforecast_s: peers.length === 0 ? null : round(peers.reduce((sum, { seconds }) => sum + seconds, 0)),
    ...(stockOuts && { stock_outs: stockOuts }),
    models: models.map(rowOf)
  }
}

/** Weekdays are compared to each other only, so that any last day does. */
const SOME_DAY = 0

export type Judged = {
  plan: Plan
  accuracy: ReturnType<typeof accuracyOf>
  fitSeconds: number
  figures: Record<string, string | number | null>
}

/** `sumsData`: of which sums over the lead time are judged, where that is not what paths are judged by. */
export type JudgeOptions = { leadTime: number; sumsData?: HeldOutPanel; report: (line: string) => void }

export function judge(data: HeldOutPanel, { leadTime, sumsData = data, report }: JudgeOptions): Judged {
  const started = performance.now()
  report(`planning ${data.known.length} series`)
  const fitted = forecastPanel(panelOf(data), data.horizon)
  const fitSeconds = (performance.now() - started) / 1000
  const accuracy = accuracyOf(data, fitted.paths)
  const sumsFitted = sumsData === data ? fitted : forecastPanel(panelOf(sumsData), leadTime)
  const sums = judgeLeadTime(sumsData, sumsFitted, { periods: leadTime, report })
  const { regular, intermittent } = fitted.plan
  return {
    plan: fitted.plan,
    accuracy,
    fitSeconds,
    figures: {
      data_set: data.name,
      series: data.known.length,
      horizon: data.horizon,
      season: data.season,
      wrmsse: accuracy.wrmsse === null ? null : round(accuracy.wrmsse),
      rmsse: round(accuracy.rmsse),
      smape: round(accuracy.smape),
      mase: round(accuracy.mase),
      bias: round(accuracy.bias),
      lead_time: leadTime,
      lead_time_series: sumsData.known.length,
      lead_time_origins: sums.origins,
      pinball: round(sums.pinball),
      pinball_poisson: round(sums.poisson),
      coverage_95: round(sums.coverage),
      regular: regular.rows.length === 0 ? null : regular.chosen.name,
      intermittent: intermittent.rows.length === 0 ? null : intermittent.chosen.name,
      tuned_on: 'earlier origins of the known part',
      fit_s: round(fitSeconds)
    }
  }
}

function rowOf({ name, accuracy, seconds, peer }: Compared) {
  return {
    model: name,
    ...figuresOf(accuracy, seconds),
    statsforecast: peer && figuresOf(peer.accuracy, peer.seconds)
  }
}

function figuresOf({ smape, mase, rmsse }: ReturnType<typeof accuracyOf>, seconds: number) {
  return { smape: round(smape), mase: round(mase), rmsse: round(rmsse), seconds: round(seconds) }
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is a whole number from 1`)
  return number
}

function round(value: number): number {
  return Number(value.toFixed(4))
}
