import { dateOf } from '../models/days.ts'
import { wrongField } from './errors.ts'

export type Days = { from: string; to: string }
export const grains = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'total'] as const
export type Grain = (typeof grains)[number]
/** Moves periods of the days before onto those asked for. */
export type Shift = { unit: 'day' | 'month'; count: number }

const DAY_MS = 86_400_000
const DAYS_MAX = 3_653
export const WEEK = 7
/** As many days as make whole weeks and nearly a year: weekdays meet weekdays. */
export const YEAR_OF_WEEKS = 364
const MONTHS_OF = { month: 1, quarter: 3, year: 12 }

/** Two days that are asked for by name. */
export const readDays = ({ from, to }: Days): Days => checkRange(dayNumber('from', from), dayNumber('to', to))

/** Days since 1970. A day that no calendar has, such as 30 February, is a wrong field. */
export function dayNumber(field: string, day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(ms) || !dateOf(ms / DAY_MS).startsWith(day)) throw wrongField(field, `${day} is no day`)
  if (day < '1970-01-01' || day > '2148-12-31') throw wrongField(field, 'must lie between 1970 and 2148')
  return ms / DAY_MS
}

export function checkRange(first: number, last: number): Days {
  if (first > last) throw wrongField('from', 'must not be after to')
  if (last - first > DAYS_MAX) throw wrongField('from', 'at most ten years before to')
  return { from: dateOf(Math.max(first, 0)), to: dateOf(last) }
}

/** Never before 1970, where days of the warehouse begin. */
export const addDays = (day: string, count: number): string =>
  dateOf(Math.max(dayNumber('day', day) + count, 0))

/** How far back the days lie that some days are compared with, so that each period has one to meet. */
export function shiftOf(
  { from, to }: Days,
  grain: Grain,
  compare: 'previous_period' | 'previous_week' | 'previous_year'
): Shift {
  if (compare === 'previous_week') return { unit: 'day', count: WEEK }
  const isOfMonths = grain === 'month' || grain === 'quarter' || grain === 'year'
  if (compare === 'previous_year') {
    return isOfMonths || grain === 'total'
      ? { unit: 'month', count: 12 }
      : { unit: 'day', count: YEAR_OF_WEEKS }
  }
  if (isOfMonths) {
    const size = MONTHS_OF[grain]
    return { unit: 'month', count: Math.ceil((monthNumber(to) - monthNumber(from) + 1) / size) * size }
  }
  const days = dayNumber('to', to) - dayNumber('from', from) + 1
  return { unit: 'day', count: grain === 'week' ? Math.ceil(days / WEEK) * WEEK : days }
}

/** The days before. The end of a month stays the end of a month. */
export function shiftBack({ from, to }: Days, { unit, count }: Shift): Days {
  const back = (day: string) => (unit === 'day' ? addDays(day, -count) : monthsBack(day, count))
  return { from: back(from), to: back(to) }
}

/** The next day is a first. */
export const isLastOfMonth = (day: string): boolean => dateOf(dayNumber('to', day) + 1).endsWith('-01')

function monthsBack(day: string, count: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const lastOf = (monthIndex: number) => new Date(Date.UTC(year, monthIndex + 1, 0)).getUTCDate()
  const target = month - 1 - count
  const isLast = date === lastOf(month - 1)
  const at = Date.UTC(year, target, isLast ? lastOf(target) : Math.min(date, lastOf(target)))
  return dateOf(Math.max(at / DAY_MS, 0))
}

const monthNumber = (day: string): number => {
  const [year = 0, month = 0] = day.split('-').map(Number)
  return year * 12 + month
}
