import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'

/** What a band holds from so many days of cover on; the last has no end. */
const BANDS = [
  { band: 'under 1 week', from: 0 },
  { band: '1 to 2 weeks', from: 7 },
  { band: '2 to 4 weeks', from: 14 },
  { band: '4 to 8 weeks', from: 28 },
  { band: '8 to 12 weeks', from: 56 },
  { band: 'over 12 weeks', from: 84 }
] as const
const NOTHING = 'sold out'
const NO_DEMAND = 'no demand'

/**
 * Products by how long what can be sold lasts at the mean demand: every band in its order, also an empty one;
 * nothing where nothing was ever counted.
 */
export function coverBands(records: Iterable<Pick<ServedReplenishment, 'available' | 'days_of_cover'>>) {
  const names = [NOTHING, ...BANDS.map(({ band }) => band), NO_DEMAND]
  const rows = new Map(names.map((band) => [band, { band, products: 0, units: 0 }]))
  for (const record of records) {
    if (record.available === null) continue
    const row = rows.get(bandOf(record.available, record.days_of_cover))
    if (!row) continue
    row.products++
    row.units += Math.max(0, record.available)
  }
  const all = [...rows.values()]
  return all.some(({ products }) => products > 0) ? all : []
}

function bandOf(available: number, days: number | null): string {
  if (available <= 0) return NOTHING
  if (days === null) return NO_DEMAND
  return BANDS.findLast(({ from }) => days >= from)?.band ?? NOTHING
}
