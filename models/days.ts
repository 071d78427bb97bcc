const DAY_MS = 86_400_000

/** YYYY-MM-DD of days since 1970-01-01. */
export const dateOf = (dayNumber: number): string => new Date(dayNumber * DAY_MS).toISOString().slice(0, 10)

/** Days since 1970-01-01 of a date that `dateOf` made. */
export const dayNumberIn = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS
