import { createHash } from 'node:crypto'
import type { Config } from '../models/contracts/config.ts'
import type { ServedForecast, ServedReplenishment, ServedTerms } from '../models/contracts/served-stock.ts'
import { assessDated, standingOf } from '../models/inventory/dated.ts'
import { isDeadStock } from '../models/inventory/idle-stock.ts'
import { usualLeadDays } from '../models/inventory/lead-time.ts'
import { copiesToBuy } from '../models/inventory/rental-copies.ts'
import { dateOf, dayNumberIn } from '../models/days.ts'
import { decisionOf, termsOf, type StandingRow } from './standing.ts'

type Arrival = ServedReplenishment['arrivals'][number]
export type RentalLoad = { load: number; copies: number }
export type Now = {
  config: Config
  nowMs: number
  /** Days since 1970-01-01 in the shop's zone. */ today: number
}

/** Share of visitors who should find a copy to rent. */
const RENTAL_SERVICE = 0.95

/** What to say of ordering one product; alerts are put in by who follows them. */
export function toReplenishment(
  row: StandingRow,
  forecast: ServedForecast | undefined,
  { config, nowMs, today, rental }: Now & { rental: RentalLoad | undefined }
): ServedReplenishment {
  const terms = termsOf(row, config)
  const published = {
    product_id: row.product_id,
    from: firstDay(forecast, today),
    stock: stockOf(row),
    arrivals: arrivalsOf(row, terms),
    terms,
    unit_cost: row.unit_cost,
    unit_price: row.unit_price
  }
  const assessed = assessDated(standingOf(published, forecast?.demand, config.CARRYING_COST), published.from)
  const todays = suggestionIds(row, today)
  const suggestion_id = assessed.order.quantity > 0 ? todays.next : null
  return {
    ...published,
    ...assessed,
    order: { ...assessed.order, why: assessed.order.why + sayLate(published.arrivals, published.from) },
    supplier_id: row.supplier || null,
    suggestion_id,
    // Of what is suggested now; where nothing is, of what was today.
    decision: decisionOf(row, { suggestion_ids: suggestion_id ? [suggestion_id] : todays.all, nowMs }),
    currency: row.currency,
    abc: forecast?.abc ?? null,
    xyz: forecast?.xyz ?? null,
    is_dead: isDead(row, forecast, today),
    threshold: row.threshold,
    alerts: [],
    rental: rental ? rentalOf(rental) : null,
    simulated: simulatedOf(row.simulated, assessed)
  }
}

/** Days that are over are not reckoned with again, though the forecast began before them. */
const firstDay = (forecast: ServedForecast | undefined, today: number): string =>
  dateOf(Math.max(today, forecast ? dayNumberIn(forecast.from) : today))

function stockOf({ on_hand, reserved, on_order, moved_at_ms }: StandingRow): ServedReplenishment['stock'] {
  if (on_hand === null || moved_at_ms === null) return null
  return { on_hand, reserved, on_order, moved_at: new Date(Number(moved_at_ms)).toISOString() }
}

/** An order that nobody gave a date takes as long as others do; as long as nobody knows that, it counts from its own day. */
function arrivalsOf({ arrivals }: StandingRow, terms: ServedTerms): Arrival[] {
  const days = usualLeadDays(terms) ?? 0
  return arrivals
    .map(([day, units, isDated]) => ({ day: isDated ? day : dateOf(dayNumberIn(day) + days), units }))
    .toSorted((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)))
}

/** They still count, since most do come; whoever reads it can ask the supplier. */
function sayLate(arrivals: readonly Arrival[], from: string): string {
  const late = arrivals.filter(({ day }) => day < from)
  const [first] = late
  if (!first) return ''
  const units = late.reduce((sum, own) => sum + own.units, 0)
  const when = late.length === 1 ? `by ${first.day}` : `from ${first.day} on`
  return `; ${units} units on order were expected ${when} and have not come in`
}

/** Of one product and day, so that whoever decides twice of it decided once; after an order the next is another. */
function suggestionIds(
  { product_id, decided_suggestion_id, decided_is_ordered }: StandingRow,
  day: number
): { next: string; all: string[] } {
  const first = suggestionId(product_id, day)
  if (!decided_is_ordered) return { next: first, all: [first] }
  return {
    next: suggestionId(`${product_id} ${decided_suggestion_id}`, day),
    all: [first, decidedOn(decided_suggestion_id, day)]
  }
}

/** Its own id, if it is of that day. */
const decidedOn = (suggestion_id: string, day: number): string =>
  suggestion_id.startsWith(`po-${dateOf(day)}-`) ? suggestion_id : ''

const suggestionId = (of: string, day: number): string =>
  `po-${dateOf(day)}-${createHash('sha256').update(of).digest('hex').slice(0, 16)}`

function isDead({ on_hand }: StandingRow, forecast: ServedForecast | undefined, today: number): boolean {
  // What was never sold has no day from which it could be old.
  if (on_hand === null || !forecast?.first_sale) return false
  return isDeadStock({
    onHand: on_hand,
    daysSinceSale: forecast.last_sale === null ? null : today - dayNumberIn(forecast.last_sale),
    daysOnSale: today - dayNumberIn(forecast.first_sale)
  })
}

function rentalOf({ load, copies }: RentalLoad): ServedReplenishment['rental'] {
  const missing = copiesToBuy({ load, service: RENTAL_SERVICE, owned: copies })
  return { load: Math.round(1_000 * load) / 1_000, copies, copies_to_buy: missing.ok ? missing.copies : 0 }
}

/** A figure that rests on an invented one is invented too. */
function simulatedOf(inputs: readonly string[], answers: object): string[] {
  const own = inputs.filter((field) => field in restsOn)
  const rest = own.flatMap((field) => restsOn[field] ?? [])
  return [
    ...new Set([
      ...own,
      ...rest.filter((field) =>
        Object.entries(answers).some(([name, value]) => name === field && value !== null)
      )
    ])
  ]
}

const MONEY = ['order_cost', 'order_value', 'next_value_per_cost', 'last_chance']
const LEVELS = ['reorder_point', 'order_up_to', 'safety_stock', 'fill_rate', 'order', ...MONEY]
const STOCK = ['position', 'available', 'days_of_cover', 'stock_out', 'order', 'overstock_units', ...MONEY]

/** Cost and price set the service level of what earns something, and with it the levels. */
const restsOn: Record<string, readonly string[]> = {
  on_hand: STOCK,
  lead_time_days: LEVELS,
  unit_cost: LEVELS,
  price: LEVELS,
  '*': [...STOCK, ...LEVELS]
}
