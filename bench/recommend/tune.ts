import type { Cut } from './cut.ts'
import type { Family } from './families.ts'
import { modelOf } from './fitted.ts'
import { judge, valueOf, type Accuracy } from './judge.ts'
import { compassSearch, type Settings } from '../tuning/search.ts'

export type Tuned = { name: string; settings: Settings; validation: Accuracy; tried: number }
export type TuneOptions = {
  /** Of the steps, and of the settings of one search. */
  halvings: number
  evaluationsMax: number
  secondsMax: number
}

/** So much of a family's time goes to the first search, the rest to its refinements. */
const SEARCH_SHARE = 0.5

/**
 * Chooses the settings of a family on a validation cut of the training pairs: it is handed nothing else, so that a test file
 * cannot choose. Best is the largest recall@20 × NDCG@20. A search that runs out of time keeps what it has. The
 * first refinement decides most, so its start is always tried.
 */
export function tuneFamily(
  family: Family,
  { matrix, questions: all }: Cut,
  { report, ...options }: TuneOptions & { report: (line: string) => void }
): Tuned {
  const questions = all.slice(0, family.usersMax)
  const startedMs = performance.now()
  const isOver = (share: number) => performance.now() - startedMs >= 1000 * options.secondsMax * share
  const fit = family.createFit(matrix)
  let best: { settings: Settings; validation: Accuracy } | undefined
  let tried = 0
  const evaluate = (settings: Settings): number => {
    const validation = judge(modelOf(fit(settings)), matrix, questions)
    tried++
    report(`${family.name}: ${describe(settings)}: ${describe(validation)}`)
    if (!best || valueOf(validation) > valueOf(best.validation)) best = { settings, validation }
    return valueOf(validation)
  }
  const hasRefinements = family.refinements.some(({ axes }) => axes.length > 0)
  const found = compassSearch(family.start, {
    ...options,
    axes: family.axes,
    evaluate,
    stop: () => isOver(hasRefinements ? SEARCH_SHARE : 1)
  })
  for (const [at, refinement] of family.refinements.entries()) {
    const stop = () => isOver(1)
    if (at > 0 && stop()) continue
    const start = { ...found.settings, ...refinement.with }
    compassSearch(start, { ...options, axes: refinement.axes, evaluate, stop })
  }
  if (!best) throw new Error(`${family.name} was never fitted`)
  return { name: family.name, ...best, tried }
}

export function describe(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(' ')
}
