import { mulberry32 } from '../../models/chance.ts'
import { conditionDemand, type ConditionedDemand } from '../../models/forecast/demand/condition.ts'
import { lostWithin } from '../../models/forecast/demand/lost.ts'
import { forecastPanel, type Paths } from '../../models/forecast/panel/forecast-panel.ts'
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

/** `still`: of those that are without stock where the future begins. */
export type Judged = { all: Accuracy; still: Accuracy }

/** Of the products that something was hidden of. */
export type StockOutScore = {
  products: number
  /** Hidden days were believed to have had no demand, were known to be without stock, were never hidden. */
  zeros: Judged
  missing: Judged
  never: Judged
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
  const stillRows = rows.filter((row) => hidden.available[row]?.at(-1) === 0)
  const judged = (known: Float64Array[]): Judged => {
    const { paths } = forecastPanel(panelOf({ ...data, known }), data.horizon)
    return { all: accuracyAt(data, paths, rows), still: accuracyAt(data, paths, stillRows) }
  }
  return {
    products: rows.length,
    zeros: judged(hidden.known),
    missing: judged(demand.series.map(({ units }) => units)),
    never: judged(data.known),
    ...judgeLost(hidden, demand, rows)
  }
}

function accuracyAt(data: HeldOutPanel, paths: Paths, rows: number[]): Accuracy {
  const of = <T>(all: readonly T[]) => rows.flatMap((row) => all[row] ?? [])
  const { season, weights } = data
  const truth = {
    known: of(data.known),
    actual: of(data.actual),
    season,
    ...(weights && { weights: of(weights) })
  }
  return accuracyOf(
    truth,
    rows.map((row) => paths[row])
  )
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
