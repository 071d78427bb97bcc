import { occasionsOf, type EventMark } from './event-days.ts'
import type { CalendarEvent } from './history.ts'
import type { Tally } from './tallies.ts'

export type EventFactors = { of: (mark: EventMark | undefined) => number; learnt: LearntEvent[] }
/** `occasions`: times that it came while products were observed. */
export type LearntEvent = { name: string; offset: number; factor: number; occasions: number }

/** How far an event's factor usually is from 1, as a logarithm: the day itself, and a day beside it. */
const PRIOR_OWN = 0.3
const PRIOR_BESIDE = 0.2
/** How far a factor is from itself a year before: it falls on another weekday, and the weather is not the same. */
const YEAR_TO_YEAR = 0.25
const FACTOR_MIN = 0.2
const FACTOR_MAX = 5
/** Sales that a day must have been expected to bring for none at all to mean that the shop is shut on it. */
const SHUT_SALES_MIN = 5

export type EventOptions = {
  events: readonly CalendarEvent[]
  /** Variance of (sold / expected) of a whole shop's ordinary days. */
  noise: number
}

/**
 * `days`: of each event day, what all products sold and what ordinary days would have brought. exp(b * log ratio), with the share
 * b = prior variance / (prior variance + (noise + year to year) / occasions): one year's day is as much chance as habit.
 */
export function learnEvents(
  days: ReadonlyMap<number, Tally & { mark: EventMark }>,
  options: EventOptions
): EventFactors {
  const byMark = new Map<string, { mark: EventMark; sum: Tally; days: number[] }>()
  for (const [day, { sold, expected, mark }] of days) {
    if (!(expected > 0)) continue
    const one = byMark.get(keyOf(mark)) ?? { mark, sum: { sold: 0, expected: 0 }, days: [] }
    byMark.set(keyOf(mark), one)
    one.sum.sold += sold
    one.sum.expected += expected
    one.days.push(day)
  }
  const factors = new Map<string, number>()
  const learnt: LearntEvent[] = []
  for (const [key, { mark, sum, days: own }] of byMark) {
    const occasions = occasionsOf(own)
    const factor = factorOf(sum, { occasions, isOwn: mark.offset === 0, noise: options.noise })
    factors.set(key, factor)
    learnt.push({ name: options.events[mark.event]?.name ?? '', offset: mark.offset, factor, occasions })
  }
  return {
    of: (mark) => (mark ? (factors.get(keyOf(mark)) ?? 1) : 1),
    learnt: learnt.toSorted((a, b) => a.name.localeCompare(b.name) || a.offset - b.offset)
  }
}

const keyOf = ({ event, offset }: EventMark) => `${event} ${offset}`

type Evidence = { occasions: number; isOwn: boolean; noise: number }

function factorOf({ sold, expected }: Tally, { occasions, isOwn, noise }: Evidence): number {
  if (sold === 0 && expected >= SHUT_SALES_MIN) return 0
  const prior = (isOwn ? PRIOR_OWN : PRIOR_BESIDE) ** 2
  const share = prior / (prior + (noise + YEAR_TO_YEAR ** 2) / occasions)
  const factor = Math.exp(share * Math.log((sold + 1) / (expected + 1)))
  return Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, factor))
}
