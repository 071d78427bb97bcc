import { dayNumberIn } from '../models/days.ts'

/** A holiday by its name, with its days since 1970-01-01 in several years. */
export type Holiday = { name: string; days: number[] }

/**
 * Of a country and, where it has own ones, its region: `GB` or `GB-ENG`. Those on which people give presents count too, though
 * shops are open. Throws for a place that is not known.
 */
export async function readHolidays(
  place: string,
  years: { first: number; last: number }
): Promise<Holiday[]> {
  // Its data is large, and most shops do not ask for it.
  const { default: Holidays } = await import('date-holidays')
  const [country = '', region = ''] = place.split('-')
  const calendar = new Holidays()
  if (
    !Object.hasOwn(calendar.getCountries(), country) ||
    (region && !Object.hasOwn(calendar.getStates(country) ?? {}, region))
  )
    throw new Error(`SHOP_HOLIDAYS: no holidays are known of ${place}`)
  calendar.init(country, region)
  const days = new Map<string, number[]>()
  for (let year = years.first; year <= years.last; year++) {
    for (const { date, name } of calendar.getHolidays(year)) {
      const list = days.get(name) ?? []
      if (list.length === 0) days.set(name, list)
      list.push(dayNumberIn(date.slice(0, 10)))
    }
  }
  return [...days].map(([name, own]) => ({ name, days: own }))
}
