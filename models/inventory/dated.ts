import type { ServedDemand, ServedReplenishment } from '../contracts/served-stock.ts'
import { dateOf, dayNumberIn } from '../days.ts'
import { assess, type Assessed, type Standing } from './assess.ts'
import { demandOf } from './served-demand.ts'

/** What is known of a product's stock and terms, as it is published. */
export type Published = { from: string } & Pick<
  ServedReplenishment,
  'product_id' | 'stock' | 'arrivals' | 'terms' | 'unit_cost' | 'unit_price'
>

/** As the mathematics takes it: with days from now instead of days of the calendar. */
export function standingOf(
  record: Published,
  demand: ServedDemand | null | undefined,
  yearlyCarryShare: number
): Standing {
  const { product_id, from, stock, terms, arrivals, unit_cost, unit_price } = record
  return {
    product_id,
    demand: demand ? demandOf(demand) : undefined,
    // What is sold and still to be delivered is among the reserved.
    stock: stock
      ? { on_hand: stock.on_hand, on_order: stock.on_order, reserved: stock.reserved, backorders: 0 }
      : undefined,
    arrivals: arrivals.map(({ day, units }) => ({ days: dayNumberIn(day) - dayNumberIn(from) + 1, units })),
    terms,
    unitCost: unit_cost ?? undefined,
    unitPrice: unit_price ?? undefined,
    yearlyCarryShare
  }
}

export type DatedFigures = Omit<Assessed, 'stock_out'> & Pick<ServedReplenishment, 'stock_out'>

/** With days of the calendar instead of days from now. */
export function assessDated(standing: Standing, from: string): DatedFigures {
  const assessed = assess(standing)
  const { stock_out } = assessed
  const dated = (days: number | null) => (days === null ? null : dayAhead(from, days))
  return {
    ...assessed,
    stock_out: stock_out && {
      p10: dated(stock_out.p10),
      p50: dated(stock_out.p50),
      p90: dated(stock_out.p90)
    }
  }
}

/** The first day that is forecast is day 1; day 0 is now, which is on that day, too. */
export const dayAhead = (from: string, days: number): string =>
  dateOf(dayNumberIn(from) + Math.max(0, days - 1))
