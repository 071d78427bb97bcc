import { compassSearch, type Settings } from '../tuning/search.ts'
import { sessionsOf, type SessionFile } from './data-set.ts'
import type { Family, Predict } from './families.ts'
import { mrrOf } from './judge.ts'

export type Tuned = {
  family: Family
  settings: Settings
  /** Of what the family aims at. */
  validationMrr: number
  tried: number
  predict: Predict
}
export type TuneOptions = {
  /** Of the steps, and of the settings of one family. */
  halvings: number
  evaluationsMax: number
  report: (line: string) => void
}

/** Chooses the settings of a family by MRR@20 on the valid file: it is handed no other, so that a test file cannot choose. */
export function tune(
  family: Family,
  { train, valid }: { train: SessionFile; valid: SessionFile },
  { report, ...options }: TuneOptions
): Tuned {
  const fit = family.createFit(train)
  const sessions = sessionsOf(valid)
  const found = family.starts.map((start) =>
    compassSearch(start, {
      ...options,
      axes: family.axes,
      evaluate: (settings) => mrrOf(fit(settings), sessions, family.aim),
      stop: () => false
    })
  )
  const best = found.toSorted((a, b) => b.value - a.value)[0]
  if (!best) throw new Error(`${family.name} has nothing to start from`)
  const tried = found.reduce((sum, { evaluations }) => sum + evaluations, 0)
  report(
    `${family.name}: tried ${tried} settings, MRR@20 of the ${family.aim} on valid.txt ${best.value.toFixed(4)}`
  )
  return { family, settings: best.settings, validationMrr: best.value, tried, predict: fit(best.settings) }
}
