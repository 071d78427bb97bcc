/** Units of one product on a day since 1970-01-01, as somebody wrote them down. */
export type HistoryRow = { day: number; units: number }
/** Days from the first sale to the last day, and what was done to get them, a sentence each. */
export type CleanHistory = { units: Float64Array; notes: string[] }

/** Older days say nothing of what sells now, and a wrong date must not make a series of centuries. */
const DAYS_MAX = 1461

/**
 * A series that every forecaster can take, whatever the rows are; a day without a row sold nothing. `lastDay` is the last
 * complete business day.
 */
export function cleanHistory(rows: readonly HistoryRow[], { lastDay }: { lastDay: number }): CleanHistory {
  if (!Number.isInteger(lastDay)) return { units: new Float64Array(), notes: ['the last day is no day'] }
  const left = { unreadable: 0, future: 0, old: 0, returned: 0 }
  const byDay = new Map<number, number>()
  let repeated = 0
  for (const row of rows) {
    const day = Math.floor(row.day)
    const why = reasonAgainst({ day, units: row.units }, lastDay)
    if (why) {
      left[why]++
      continue
    }
    if (byDay.has(day)) repeated++
    byDay.set(day, (byDay.get(day) ?? 0) + row.units)
  }
  const { units, capped } = capSpikes(spreadOut(byDay, lastDay))
  return { units, notes: notesOf({ ...left, repeated, capped }) }
}

type Reason = 'unreadable' | 'future' | 'old' | 'returned'
const UNITS_MAX = 1e9

function reasonAgainst({ day, units }: HistoryRow, lastDay: number): Reason | undefined {
  if (!Number.isFinite(day) || !(Math.abs(units) <= UNITS_MAX)) return 'unreadable'
  if (day > lastDay) return 'future'
  if (day <= lastDay - DAYS_MAX) return 'old'
  return units < 0 ? 'returned' : undefined
}

function spreadOut(byDay: ReadonlyMap<number, number>, lastDay: number): Float64Array {
  let firstDay = Infinity
  for (const [day, units] of byDay) if (units > 0 && day < firstDay) firstDay = day
  if (firstDay === Infinity) return new Float64Array()
  const series = new Float64Array(lastDay - firstDay + 1)
  for (const [day, units] of byDay) if (day >= firstDay) series[day - firstDay] = units
  return series
}

const SALE_DAYS_MIN = 5
const TIMES_MAX = 100

/**
 * A day of more than a hundred times what the other days of sale brought in the mean is taken for a slip of the pen, and is worth that
 * much: on Online Retail that is 19 days of 3,391 products.
 */
function capSpikes(series: Float64Array): { units: Float64Array; capped: number } {
  let [total, saleDays] = [0, 0]
  for (const units of series) {
    total += units
    if (units > 0) saleDays++
  }
  if (saleDays < SALE_DAYS_MIN) return { units: series, capped: 0 }
  let capped = 0
  const units = series.map((value) => {
    const cap = (TIMES_MAX * (total - value)) / (saleDays - 1)
    if (!(value > cap)) return value
    capped++
    return cap
  })
  return { units, capped }
}

type Counts = Record<Reason | 'repeated' | 'capped', number>

function notesOf({ unreadable, future, old, returned, repeated, capped }: Counts): string[] {
  const note = (count: number, one: string, many: string) =>
    count === 0 ? [] : [count === 1 ? `1 ${one}` : `${count} ${many}`]
  return [
    ...note(unreadable, 'row is no number and was left out', 'rows are no numbers and were left out'),
    ...note(future, 'row in the future was left out', 'rows in the future were left out'),
    ...note(
      old,
      'row of more than four years ago was left out',
      'rows of more than four years ago were left out'
    ),
    ...note(returned, 'return was left out: it is no demand', 'returns were left out: they are no demand'),
    ...note(
      repeated,
      'row of a day that came before was added to it',
      'rows of days that came before were added to them'
    ),
    ...note(
      capped,
      'day sold over a hundred times the others’ mean and counts as that much',
      'days sold over a hundred times the others’ mean and count as that much'
    )
  ]
}
