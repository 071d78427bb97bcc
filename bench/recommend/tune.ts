import type { Shape } from '../pairs/matrix-of-pairs.ts'
import { validationCut, type Cut } from './cut.ts'
import type { Pairs } from '../pairs/data-set.ts'
import type { Family } from './families.ts'
import { tuneBlend, type Blend } from './blend.ts'
import { judge, valueOf, type Accuracy } from './judge.ts'
import { compassSearch, type Settings } from './search.ts'

export type Tuned = { family: Family; settings: Settings; validation: Accuracy; tried: number }
export type TuneOptions = {
  shape: Shape
  /** Of the steps, and of the settings of one family. */
  halvings: number
  evaluationsMax: number
  /** Seconds since the start, and how many the search may take, all families together. */
  clock: () => number
  secondsMax: number
  report: (line: string) => void
}
export type TuneResult = { tuned: Tuned[]; blend: Blend | undefined; tunedOn: string }

/**
 * Chooses the settings of every family on a validation cut of the training pairs: it is handed nothing else, so that a test
 * file cannot choose. Best is the largest recall@20 × NDCG@20. Time is shared out
 * as the families ask for it, and what one leaves the next may take.
 */
export function tune(train: Pairs, all: readonly Family[], options: TuneOptions): TuneResult {
  const families = all.filter(({ itemsMax = Infinity }) => options.shape.itemCount <= itemsMax)
  const cut = validationCut(train, options.shape)
  const pairCount = cut.questions.reduce((sum, { wanted }) => sum + wanted.length, 0)
  const tunedOn = `a fifth of the training items of ${cut.questions.length} users (${pairCount} pairs)`
  options.report(`tuning on ${tunedOn}`)
  const tuned = families.map((family, at) => {
    const from = options.clock()
    const shares = families.slice(at).reduce((sum, { share }) => sum + share, 0)
    const secondsMax = from + (Math.max(0, options.secondsMax - from) * family.share) / shares
    return tuneFamily(family, cut, { ...options, secondsMax })
  })
  return { tuned, blend: tuneBlend(tuned, cut, options.report), tunedOn }
}

/** So much of a family's time goes to the first search, the rest to its refinements. */
const SEARCH_SHARE = 0.5

/** A search that runs out of time keeps what it has. The first refinement decides most, so its start is always tried. */
function tuneFamily(family: Family, { matrix, questions: all }: Cut, options: TuneOptions): Tuned {
  const questions = all.slice(0, family.usersMax)
  const { clock, secondsMax, report } = options
  const searchEnd = clock() + SEARCH_SHARE * (secondsMax - clock())
  const fit = family.createFit(matrix)
  let best: { settings: Settings; validation: Accuracy } | undefined
  let tried = 0
  const evaluate = (settings: Settings): number => {
    const validation = judge(fit(settings), matrix, questions)
    tried++
    report(`${clock().toFixed(0)} s: ${family.name}: ${describe(settings)}: ${describe(validation)}`)
    if (!best || valueOf(validation) > valueOf(best.validation)) best = { settings, validation }
    return valueOf(validation)
  }
  const hasRefinements = family.refinements.some(({ axes }) => axes.length > 0)
  const found = compassSearch(family.start, {
    ...options,
    axes: family.axes,
    evaluate,
    stop: () => clock() >= (hasRefinements ? searchEnd : secondsMax)
  })
  for (const [at, refinement] of family.refinements.entries()) {
    const stop = () => clock() >= secondsMax
    if (at > 0 && stop()) continue
    const start = { ...found.settings, ...refinement.with }
    compassSearch(start, { ...options, axes: refinement.axes, evaluate, stop })
  }
  if (!best) throw new Error(`${family.name} was never fitted`)
  return { family, ...best, tried }
}

function describe(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(' ')
}
