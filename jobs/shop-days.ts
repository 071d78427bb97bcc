const DAY_MS = 86_400_000

/** Place of an instant on the shop's calendar: days since 1970-01-01, and the share of the day that its clock says is over. */
export function shopClock(timeZone: string): (ms: number) => number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit'
  })
  return (ms) => {
    const parts = new Map(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) / DAY_MS
  }
}

/** Days since 1970-01-01 on the shop's calendar. */
export const dayNumberOf = (at: Date, timeZone: string): number =>
  Math.floor(shopClock(timeZone)(at.getTime()))
