const DAY_MS = 86_400_000

/** Days since 1970-01-01 on the shop's calendar. */
export function dayNumberOf(at: Date, timeZone: string): number {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at)
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS
}

/** YYYY-MM-DD. */
export const dateOf = (dayNumber: number): string => new Date(dayNumber * DAY_MS).toISOString().slice(0, 10)

/** Days since 1970-01-01 of a date that one of these made. */
export const dayNumberIn = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS
