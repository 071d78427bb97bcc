import type { Candidate } from './candidates.ts'
import { combineLevels } from './combine.ts'
import { fittedCombines, meanOf, plainCombines, type Named } from './fit-combine.ts'
import type { View } from './levels.ts'
import type { Panel } from './panel.ts'
import { errorOf, pastOf, type Past } from './past.ts'
import type { Scored } from './plan.ts'

type LevelOptions = {
  candidates: readonly Candidate[]
  horizon: number
  periodsAgo: readonly number[]
  /** Origins that are judged by, the latest first. */
  judgedMax: number
  views?: readonly View[]
}

/** `judged`: the origins, in periods ago, that the scores are of. */
export type LevelScores = { tried: Scored[]; judged: number[] }

/**
 * What was learnt for an origin must not know what came after it, so combinations that learn are judged by origins that have
 * others at least a horizon before them; where none has, only those that learn nothing are tried.
 */
export function chooseLevels(panel: Panel, options: LevelOptions): LevelScores {
  const { horizon, periodsAgo, judgedMax } = options
  const earlierThan = (ago: number) => periodsAgo.filter((other) => other >= ago + horizon)
  const withEarlier = periodsAgo.filter((ago) => earlierThan(ago).length > 0)
  const judged = (withEarlier.length > 0 ? withEarlier : periodsAgo).slice(0, judgedMax)
  const tried = (options.views ?? viewsOf(panel)).flatMap((view) => {
    const pasts = periodsAgo.map((ago) =>
      pastOf(panel, { candidates: options.candidates, view, horizon, periodsAgo: ago })
    )
    return scoresOf(pasts, { names: options.candidates.map(({ name }) => name), judged, horizon, view })
  })
  return { tried, judged }
}

type ScoreOptions = { names: string[]; judged: number[]; horizon: number; view: View }

function scoresOf(pasts: readonly Past[], { names, judged, horizon, view }: ScoreOptions): Scored[] {
  const errors = new Map<string, number[]>()
  for (const past of pasts.filter(({ periodsAgo }) => judged.includes(periodsAgo))) {
    const earlier = pasts.filter(({ periodsAgo }) => periodsAgo >= past.periodsAgo + horizon)
    for (const { name, combine } of [...plainCombines(names), ...fittedCombines(earlier)]) {
      const list = errors.get(name) ?? []
      errors.set(name, list)
      list.push(errorOf(past, combineLevels(past.levels, combine)) / Math.sqrt(horizon))
    }
  }
  const final: Named[] = [...plainCombines(names), ...fittedCombines(pasts)]
  return final.flatMap(({ name, combine }): Scored[] => {
    const score = meanOf(errors.get(name) ?? [])
    if (!Number.isFinite(score)) return []
    return [{ name: `${name}${suffixOf(view)}`, score, strategy: { kind: 'level', view, combine } }]
  })
}

const suffixOf = ({ profile, byCategory, trim }: View) =>
  `${profile ? ', seasonal' : ''}${byCategory ? ' by category' : ''}${trim ? ', since its first sale' : ''}`

const LEADING_ZEROS_MIN = 0.05

/** Views that differ on this panel. */
function viewsOf({ series, season, isDemand, categories }: Panel): View[] {
  const leading = series.filter((y) => y[0] === 0).length
  const trims = isDemand && leading > LEADING_ZEROS_MIN * series.length ? [false, true] : [false]
  const hasCategories = new Set(categories).size > 1
  const seasonal: Omit<View, 'trim'>[] = [
    { profile: false },
    ...(season > 1 ? [{ profile: true }] : []),
    ...(season > 1 && hasCategories ? [{ profile: true, byCategory: true }] : [])
  ]
  return seasonal.flatMap((view) => trims.map((trim) => ({ ...view, trim })))
}
