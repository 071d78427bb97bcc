import { mulberry32 } from '../../models/chance.ts'
import { conditionDemand, type ConditionedDemand } from '../../models/forecast/demand/condition.ts'
import { lostWithin } from '../../models/forecast/demand/lost.ts'
import { forecastPanel } from '../../models/forecast/panel/forecast-panel.ts'
import { accuracyOf, type Accuracy } from './accuracy.ts'
import { panelOf, type HeldOutPanel } from './held-out.ts'

/** What is taken from a data set: spells without stock, in which nothing was sold. */
export type Hidden = {
  /** As the shop's books would have it: 0 units on hidden days. */
  known: Float64Array[]
  available: Float64Array[]
  /** Units that were hidden. */
  lost: number[]
}

const HIDDEN_SHARE = 0.3
const SPELL_DAYS_MIN = 7
const SPELL_DAYS_MAX = 42
/** Of the hidden products, those that are still without stock where the future begins: what a forecast is most needed for. */
const STILL_EMPTY_SHARE = 0.5

/** Of three products in ten a spell of one to six weeks: random, so that nothing about it depends on what was sold. */
export function hideStock({ known }: Pick<HeldOutPanel, 'known'>, seed: number): Hidden {
  const next = mulberry32(seed)
  const hidden: Hidden = { known: [], available: [], lost: [] }
  for (const y of known) {
    const [isHidden, isStill, length, place] = [next(), next(), next(), next()]
    const days = Math.round(SPELL_DAYS_MIN + length * (SPELL_DAYS_MAX - SPELL_DAYS_MIN))
    const last = isStill < STILL_EMPTY_SHARE ? y.length : Math.ceil(days + place * (y.length - days))
    const available = new Float64Array(y.length).fill(1)
    if (isHidden < HIDDEN_SHARE && y.length > 2 * SPELL_DAYS_MAX) available.fill(0, last - days, last)
    hidden.available.push(available)
    hidden.known.push(y.map((units, at) => units * (available[at] ?? 1)))
    hidden.lost.push(y.reduce((sum, units, at) => sum + units * (1 - (available[at] ?? 1)), 0))
  }
  return hidden
}

/** Of the products that something was hidden of. */
export type StockOutScore = {
  products: number
  /** Hidden days were believed to have had no demand, were known to be without stock, were never hidden. */
  zeros: Accuracy
  missing: Accuracy
  never: Accuracy
  lostTrue: number
  lostEstimated: number
  /** Of products, absolute differences between lost and estimated / lost. */
  lostError: number
}

/** All three are scaled by what was really sold, and judged by what came. `lastDay` gives the hidden days their weekdays. */
export function judgeStockOuts(
  data: HeldOutPanel,
  { seed, lastDay }: { seed: number; lastDay: number }
): StockOutScore {
  const hidden = hideStock(data, seed)
  const rows = hidden.available.flatMap((available, row) => (available.includes(0) ? row : []))
  const demand = conditionDemand(
    hidden.known.map((units, row) => ({ units, available: hidden.available[row] ?? units })),
    { lastDay }
  )
  const judged = (known: Float64Array[]) => judge(data, { known, rows, demand })
  return {
    products: rows.length,
    zeros: judged(hidden.known),
    missing: judged(demand.series.map(({ units }) => units)),
    never: judged(data.known),
    ...judgeLost(hidden, demand, rows)
  }
}

type Judged = { known: Float64Array[]; rows: number[]; demand: ConditionedDemand }

function judge(data: HeldOutPanel, { known, rows, demand }: Judged): Accuracy {
  const { paths } = forecastPanel(panelOf({ ...data, known }), data.horizon)
  const of = <T>(all: readonly T[]) => rows.flatMap((row) => all[row] ?? [])
  const truth = {
    known: of(data.known),
    actual: of(data.actual),
    season: data.season,
    ...(data.weights && { weights: of(data.weights) })
  }
  const forecasts = rows.map((row) => {
    const factors = demand.factors(row, data.horizon)
    return paths[row]?.map((units, ahead) => units * (factors[ahead] ?? 1))
  })
  return accuracyOf(truth, forecasts)
}

function judgeLost({ lost }: Hidden, demand: ConditionedDemand, rows: number[]) {
  let [lostTrue, lostEstimated, off] = [0, 0, 0]
  for (const row of rows) {
    const own = demand.lost[row]
    const estimated = own ? lostWithin(own, { fromDay: -Infinity, toDay: Infinity }) : 0
    lostTrue += lost[row] ?? 0
    lostEstimated += estimated
    off += Math.abs(estimated - (lost[row] ?? 0))
  }
  return { lostTrue, lostEstimated, lostError: lostTrue > 0 ? off / lostTrue : 0 }
}
