/** What a model is fitted with, by name. */
export type Settings = Readonly<Record<string, number>>

/** One setting that is searched: steps are added, or multiplied where only the order of size matters. */
export type Axis = { name: string; by: 'adding' | 'multiplying'; step: number; min: number; max: number }

export type SearchOptions = {
  axes: readonly Axis[]
  evaluate: (settings: Settings) => number
  /** How often the steps are halved once no step helps. */
  halvings: number
  evaluationsMax: number
  /** True when there is no time left; what is best so far is the answer. */
  stop: () => boolean
}
export type Found = { settings: Settings; value: number; evaluations: number }

/**
 * Compass search (Hooke and Jeeves 1961): one step along each axis either way, on in a direction for as long as it helps,
 * then with half the steps. Coarse to fine, bounded, and without chance: the same values find the same settings.
 */
export function compassSearch(start: Settings, options: SearchOptions): Found {
  const seen = new Map<string, number>()
  const isOver = () => seen.size >= options.evaluationsMax || options.stop()
  const evaluate = (settings: Settings): number => {
    const key = JSON.stringify(settings)
    const value = seen.get(key) ?? (seen.size > 0 && isOver() ? -Infinity : options.evaluate(settings))
    if (value > -Infinity) seen.set(key, value)
    return value
  }
  let best = { settings: start, value: evaluate(start) }
  /** On along one axis for as long as it helps. */
  const climb = (axis: Axis, step: number): boolean => {
    let helped = false
    for (;;) {
      const settings = moved(best.settings, axis, step)
      const value = settings ? evaluate(settings) : -Infinity
      if (!settings || !(value > best.value)) return helped
      best = { settings, value }
      helped = true
    }
  }
  for (let halving = 0; halving <= options.halvings; halving++) {
    let helped = true
    while (helped && !isOver()) {
      helped = false
      for (const axis of options.axes) {
        const step = axis.step / 2 ** halving
        if (climb(axis, step) || climb(axis, -step)) helped = true
      }
    }
  }
  return { ...best, evaluations: seen.size }
}

/** Undefined where the axis ends. */
function moved(
  settings: Settings,
  { name, by, step: whole, min, max }: Axis,
  step: number
): Settings | undefined {
  const from = settings[name] ?? 0
  const to = by === 'adding' ? from + step : from * whole ** (step / whole)
  const value = Number(Math.min(max, Math.max(min, to)).toPrecision(4))
  return value === from ? undefined : { ...settings, [name]: value }
}
