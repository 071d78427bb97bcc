import type { Accuracy } from './accuracy.ts'
import type { HeldOutPanel } from './held-out.ts'
import { judgeStockOuts, type StockOutScore } from './stock-outs.ts'

const SEEDS = [1, 2, 3]
const NAMES = ['zeros', 'missing', 'never'] as const
const TITLES = {
  zeros: 'hidden, taken for no demand',
  missing: 'hidden, known to be no stock',
  never: 'never hidden'
}

export type StockOutOptions = {
  lastDay: number
  report: (line: string) => void
  print: (line: string) => void
}

/** Means over three seeds, printed seed by seed; no setting was chosen by them. */
export function tableOfStockOuts(data: HeldOutPanel, { lastDay, report, print }: StockOutOptions) {
  const scores = SEEDS.map((seed) => {
    report(`spells without stock, seed ${seed}`)
    return judgeStockOuts(data, { seed, lastDay })
  })
  const mean = (of: (score: StockOutScore) => number) =>
    Number((scores.reduce((sum, score) => sum + of(score), 0) / scores.length).toFixed(4))
  const products = mean((score) => score.products)
  for (const group of ['all', 'still'] as const) {
    const title = group === 'all' ? `stock-outs, of ${Math.round(products)} products` : 'still without stock'
    print(`${title.padEnd(33)} RMSSE   WRMSSE  bias    | by seed: RMSSE`)
    for (const name of NAMES) {
      const figures = [(a: Accuracy) => a.rmsse, (a: Accuracy) => a.wrmsse ?? NaN, (a: Accuracy) => a.bias]
      const cells = figures.map((of) =>
        mean((score) => of(score[name][group]))
          .toFixed(4)
          .padEnd(7)
      )
      const seeds = scores.map((score) => score[name][group].rmsse.toFixed(4))
      print(`${TITLES[name].padEnd(33)} ${cells.join(' ')} | ${seeds.join(' ')}`)
    }
  }
  const [lostTrue, lostEstimated] = [mean((score) => score.lostTrue), mean((score) => score.lostEstimated)]
  const lostError = mean((score) => score.lostError)
  print(`lost units: ${lostTrue}, estimated ${lostEstimated}; by product off by ${lostError} of them`)
  return {
    products,
    rmsse_zeros: mean(({ zeros }) => zeros.all.rmsse),
    rmsse_missing: mean(({ missing }) => missing.all.rmsse),
    rmsse_never: mean(({ never }) => never.all.rmsse),
    still_bias_zeros: mean(({ zeros }) => zeros.still.bias),
    still_bias_missing: mean(({ missing }) => missing.still.bias),
    still_bias_never: mean(({ never }) => never.still.bias),
    lost_units: lostTrue,
    lost_estimated: lostEstimated,
    lost_error: lostError
  }
}
