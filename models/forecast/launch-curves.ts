/** A product since it could first be bought: its first receipt, or its first sale. */
export type Launch = {
  category?: string
  /** A finer group of the category: artist, label or price band. */
  tier?: string
  /** Units of each day since then, oldest first; NaN where nobody could observe one. */
  units: Float64Array
  /** Units ordered before that day. */
  preOrders?: number
  /** Looks at its page before that day, or for so long as all the others' were counted. */
  views?: number
}

/** Expected units of a day by age in weeks. */
export type Curve = Float64Array

export const AGE_DAYS_MAX = 126
export const WEEK = 7
const WEEKS = AGE_DAYS_MAX / WEEK
/** Launches that a group must have brought before its own curve counts half, and the curve of what is around it the other half. */
const LAUNCHES_PULL = 5

type Sums = { units: Float64Array; days: Float64Array }

export type CurveOf = (launch: Launch, how?: { isItselfIn: boolean }) => Curve | undefined

/**
 * Mean first weeks of a shop's launches, of each category drawn to the shop's and of each tier to its category's. Of a launch the
 * curve is asked without itself, so that errors of past launches are as honest as those of the next.
 */
export function launchCurves(launches: readonly Launch[]): CurveOf {
  const groups = new Map<string, Sums>()
  const own = new Map(launches.map((launch) => [launch, sumsOf(launch)]))
  for (const [launch, sums] of own) for (const key of keysOf(launch)) add(groups, key, sums)
  return (launch, { isItselfIn } = { isItselfIn: false }) => {
    const without = isItselfIn ? undefined : own.get(launch)
    let curve: Curve | undefined
    for (const key of keysOf(launch)) {
      const group = groups.get(key)
      if (group) curve = curveOf(group, { without, around: curve })
    }
    return curve
  }
}

/** From the shop inwards. */
function keysOf({ category, tier }: Launch): string[] {
  const keys = ['']
  if (category !== undefined) keys.push(`c${category}`)
  if (tier !== undefined) keys.push(`t${category ?? ''}\u0000${tier}`)
  return keys
}

function sumsOf({ units }: Launch): Sums {
  const sums = { units: new Float64Array(WEEKS), days: new Float64Array(WEEKS) }
  for (let age = 0; age < Math.min(units.length, AGE_DAYS_MAX); age++) {
    const value = units[age] ?? NaN
    if (!(value >= 0 && value < Infinity)) continue
    const week = Math.floor(age / WEEK)
    sums.units[week] = (sums.units[week] ?? 0) + value
    sums.days[week] = (sums.days[week] ?? 0) + 1
  }
  return sums
}

function add(groups: Map<string, Sums>, key: string, { units, days }: Sums): void {
  const group = groups.get(key) ?? { units: new Float64Array(WEEKS), days: new Float64Array(WEEKS) }
  groups.set(key, group)
  for (let week = 0; week < WEEKS; week++) {
    group.units[week] = (group.units[week] ?? 0) + (units[week] ?? 0)
    group.days[week] = (group.days[week] ?? 0) + (days[week] ?? 0)
  }
}

type CurveOptions = { without: Sums | undefined; around: Curve | undefined }

/** A week that no launch lived to see goes on as the one before. Undefined where there is no other launch at all. */
function curveOf({ units, days }: Sums, { without, around }: CurveOptions): Curve | undefined {
  const pull = around ? LAUNCHES_PULL * WEEK : 0
  const curve = new Float64Array(WEEKS)
  let [before, isKnown] = [0, false]
  for (let week = 0; week < WEEKS; week++) {
    const count = (days[week] ?? 0) - (without?.days[week] ?? 0)
    const sum = Math.max(0, (units[week] ?? 0) - (without?.units[week] ?? 0))
    const rate = (sum + pull * (around?.[week] ?? 0)) / (count + pull)
    if (count + pull > 0) [before, isKnown] = [rate, true]
    curve[week] = before
  }
  return isKnown ? curve : around
}
