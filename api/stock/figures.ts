import { Type } from 'typebox'
import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { Money, Nullable } from '../routes/schemas.ts'
import { moneyOf } from './money.ts'

const Figure = (description: string) => Nullable(Type.Number(), { description })
const Amount = (description: string) => Nullable(Money, { description: `${description}, a decimal string` })
const DayOr = (description: string) => Nullable(Type.String(), { description })

/** What is reckoned of a product's stock, whether as published or as somebody supposes. */
export const FigureColumns = {
  state: Type.String({
    description:
      'order, enough, no demand, no room (below the maximum), or unknown: `why` says what is missing'
  }),
  quantity: Type.Integer({ description: 'Units to order now' }),
  why: Type.String(),
  position: Figure('On hand and on order, less what is promised'),
  available: Figure('On hand less what is promised: what can be sold now'),
  reorder_point: Figure('Order when the position is at or below this'),
  order_up_to: Figure('What an order lifts the position to'),
  safety_stock: Figure('What the reorder point holds against more than the mean'),
  fill_rate: Figure('Share of the units asked for that will be there, in the mean'),
  days_of_cover: Figure('Days until what can be sold now is sold, at the mean demand'),
  stock_out_p10: DayOr('Day by which it has run out with 10 % probability; null beyond twelve weeks'),
  stock_out_p50: DayOr('With 50 %'),
  stock_out_p90: DayOr('With 90 %'),
  order_cost: Amount('Of the suggested quantity'),
  order_value: Amount('Expected gain of the suggested quantity'),
  next_value_per_cost: Figure('Of the next unit, for each unit of money that it costs: the rank'),
  last_chance: Figure('Probability that the last suggested unit is asked for'),
  overstock_units: Figure('Units that will not be asked for in twelve weeks with 95 % probability')
}

type Reckoned = Pick<
  ServedReplenishment,
  | 'order'
  | 'position'
  | 'available'
  | 'reorder_point'
  | 'order_up_to'
  | 'safety_stock'
  | 'fill_rate'
  | 'days_of_cover'
  | 'stock_out'
  | 'order_cost'
  | 'order_value'
  | 'next_value_per_cost'
  | 'last_chance'
  | 'overstock_units'
>

/** Flat, so that a row of a list, a board and a CSV file are the same. */
export function figureCells({ order, stock_out, ...own }: Reckoned) {
  return {
    state: order.state,
    quantity: order.quantity,
    why: order.why,
    position: own.position,
    available: own.available,
    reorder_point: own.reorder_point,
    order_up_to: own.order_up_to,
    safety_stock: own.safety_stock,
    fill_rate: own.fill_rate,
    days_of_cover: own.days_of_cover,
    stock_out_p10: stock_out?.p10 ?? null,
    stock_out_p50: stock_out?.p50 ?? null,
    stock_out_p90: stock_out?.p90 ?? null,
    order_cost: moneyOf(own.order_cost),
    order_value: moneyOf(own.order_value),
    next_value_per_cost: own.next_value_per_cost,
    last_chance: own.last_chance,
    overstock_units: own.overstock_units
  }
}
