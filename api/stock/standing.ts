import type { ServedForecast, ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { assess, type Assessed, type Standing } from '../../models/inventory/assess.ts'
import { demandOf } from '../../models/inventory/served-demand.ts'
import { addDays, dayNumber } from '../sales-days.ts'

/** What was published of a product, as the mathematics takes it. */
export function standingOf(
  record: ServedReplenishment,
  forecast: ServedForecast | undefined,
  yearlyCarryShare: number
): Standing {
  const { product_id, stock, terms, unit_cost, unit_price } = record
  return {
    product_id,
    demand: forecast?.demand ? demandOf(forecast.demand) : undefined,
    // What is sold and still to be delivered is among the reserved.
    stock: stock
      ? { on_hand: stock.on_hand, on_order: stock.on_order, reserved: stock.reserved, backorders: 0 }
      : undefined,
    arrivals: forecast
      ? record.arrivals.map(({ day, units }) => ({ days: daysUntil(day, forecast.from), units }))
      : [],
    terms,
    unitCost: unit_cost ?? undefined,
    unitPrice: unit_price ?? undefined,
    yearlyCarryShare
  }
}

export type DatedFigures = Omit<Assessed, 'stock_out'> & Pick<ServedReplenishment, 'stock_out'>

/** As published: with days of the calendar instead of days from now. */
export function assessDated(standing: Standing, from: string | undefined): DatedFigures {
  const assessed = assess(standing)
  const { stock_out } = assessed
  const dated = (days: number | null) => (days === null || from === undefined ? null : dayAhead(from, days))
  return {
    ...assessed,
    stock_out: stock_out && {
      p10: dated(stock_out.p10),
      p50: dated(stock_out.p50),
      p90: dated(stock_out.p90)
    }
  }
}

/** The first day of a forecast is day 1; day 0 is now, which is on that day, too. */
export const dayAhead = (from: string, days: number): string => addDays(from, Math.max(0, days - 1))

const daysUntil = (day: string, from: string): number => dayNumber('day', day) - dayNumber('day', from) + 1
