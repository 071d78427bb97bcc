import { wrongField } from './errors.ts'

/** Besides the shop's. The warehouse keeps 5 MB for every zone that it meets, for as long as it runs. */
export const ZONES_MAX = 24

/** Reads the name of a time zone, however it is spelt, as the one that the warehouse knows. */
export function openTimeZones(shopZone: string): (name: string) => string {
  const asked = new Set<string>()
  return (name) => {
    const zone = canonicalName(name)
    if (zone === undefined) throw wrongField('time_zone', 'is no time zone, such as Europe/London')
    if (zone === canonicalName(shopZone)) return shopZone
    if (!asked.has(zone) && asked.size === ZONES_MAX) {
      const known = [...asked].toSorted().join(', ')
      throw wrongField('time_zone', `as many as can be served were asked for: ${shopZone}, ${known}`)
    }
    asked.add(zone)
    return zone
  }
}

/** An offset such as +05:30, and names of old systems, which some take, are none that the warehouse knows. */
function canonicalName(name: string): string | undefined {
  if (!/^(?!SystemV)[A-Za-z]/i.test(name)) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
