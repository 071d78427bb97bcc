/** The day of an instant on the shop's calendar, YYYY-MM-DD. */
export function openCalendar(timeZone: string): (time: Date) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  return (time) => format.format(time)
}
