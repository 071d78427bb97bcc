import { imapa, adida, croston, sba, tsb } from '../point/intermittent.ts'
import type { Level } from '../point/point-forecaster.ts'
import { sesFromMean, sesOptimised } from '../point/smoothing.ts'
import { windowAverage } from '../point/windows.ts'

export type Candidate = { name: string; level: Level }

const SMOOTHINGS = [0.02, 0.05, 0.1, 0.2, 0.3]

/** What a series is worth a period, each a pass over its values; windows and starts go with the horizon. */
export function cheapCandidates(horizon: number): Candidate[] {
  const windows = [Math.ceil(horizon / 2), horizon, 2 * horizon]
  return [
    ...SMOOTHINGS.map((smoothing) => ({ name: `ses ${smoothing}`, level: sesFromMean(smoothing, horizon) })),
    { name: 'ses optimised', level: sesOptimised({ min: 0.01, max: 0.5 }) },
    ...windows.map((periods) => ({ name: `mean of ${periods}`, level: windowAverage(periods) })),
    { name: 'croston', level: croston({ smoothing: 0.1, start: 'mean' }) },
    { name: 'sba', level: sba({ smoothing: 0.1, start: 'mean' }) },
    { name: 'tsb 0.1', level: tsb({ size: 0.1, chance: 0.1 }) },
    { name: 'tsb 0.2', level: tsb({ size: 0.1, chance: 0.2 }) },
    { name: 'tsb 0.03', level: tsb({ size: 0.1, chance: 0.03 }) },
    { name: 'adida', level: adida() },
    { name: 'imapa', level: imapa() }
  ]
}
