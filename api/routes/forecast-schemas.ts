import { Type } from 'typebox'
import { WhatIfAnswer, WhatIfQuery } from '../stock/what-if.ts'
import { Nullable, Simulated } from './schemas.ts'

export const PROBABILITIES = { most: 20, default: '0.1,0.5,0.9,0.95' }
/** What demand was fitted for. */
const DEMAND_DAYS_MAX = 84

export const ForecastAsked = Type.Object(
  {
    history_days: Type.Integer({
      minimum: 0,
      maximum: 730,
      default: 91,
      description: 'How many days before the forecast'
    }),
    days: Type.Integer({
      minimum: 1,
      maximum: DEMAND_DAYS_MAX,
      default: 14,
      description: 'Over how many days ahead `demand` is added up'
    }),
    probabilities: Type.String({
      maxLength: 200,
      default: PROBABILITIES.default,
      description: 'Of the quantiles of `demand`, separated by commas'
    }),
    ...WhatIfQuery
  },
  { additionalProperties: false }
)

const Units = Type.Array(Type.Number())
const Figure = (description: string) => Nullable(Type.Number(), { description })
const DayOr = (description: string) => Nullable(Type.String(), { description })

const Row = Type.Object({
  day: Type.String({ description: "YYYY-MM-DD in the shop's zone" }),
  units: Type.Optional(Type.Number({ description: 'Sold on that day; of days that are over' })),
  out_of_stock: Type.Optional(
    Type.Unsafe<boolean | null>({
      type: ['boolean', 'null'],
      description: 'Whether nothing was left to sell at its end; null before stock was counted'
    })
  ),
  mean: Type.Optional(Type.Number({ description: 'Expected units; of days to come' })),
  lower: Type.Optional(Figure('Four days of five lie between lower and upper')),
  upper: Type.Optional(Figure('As lower'))
})
const BacktestError = Type.Object(
  {
    rmsse: Figure('Root mean squared error of sums over `days`, scaled; below 1 beats "as yesterday"'),
    bias: Figure('Mean of what was forecast less what came, as a share of what came'),
    coverage_95: Figure('Share of those sums within their 95 % bound'),
    origins: Type.Integer({ description: 'From how many days in the past it was tried' }),
    days: Type.Integer()
  },
  { description: 'How good it was on the past; missing where nothing could be tried' }
)

export const ForecastAnswer = Type.Object(
  {
    product_id: Type.String(),
    title: Type.String(),
    state: Type.Enum(['active', 'new', 'dormant', 'unknown']),
    from: DayOr("First day to come, YYYY-MM-DD in the shop's zone"),
    daily: Type.Object(
      { mean: Units, lower: Units, upper: Units },
      { description: 'Units a day: the mean, and the bounds that 80 % of days should fall between' }
    ),
    rows: Type.Array(Row, { description: 'A day each, the oldest first' }),
    demand: Type.Object(
      {
        days: Type.Integer(),
        quantiles: Type.Array(Type.Object({ probability: Type.Number(), units: Type.Number() }))
      },
      { description: 'Units that the demand of the next days together stays within, with a probability' }
    ),
    error: Type.Optional(BacktestError),
    lost_units_28: Figure('Units asked for and not there in the last 28 days, as estimated'),
    model: Nullable(Type.String()),
    why: Type.Array(Type.String(), { description: 'What the model is, and why; sentences' }),
    on_hand: Figure('Units in the shop'),
    available: Figure('On hand less what is promised'),
    on_order: Figure('Units on their way'),
    days_of_cover: Figure('Days until the stock is sold at this demand'),
    reorder_point: Figure('Order again when on hand and on order together fall to this'),
    lead_time_days: Figure('Days from order to delivery'),
    stock_out: Type.Object(
      { p10: DayOr('With 10 %'), p50: DayOr('With 50 %'), p90: DayOr('With 90 %') },
      { description: 'Day by which the stock has run out with a probability; null beyond twelve weeks' }
    ),
    stock_out_chances: Type.Array(
      Type.Object({ days: Type.Integer(), day: Type.String(), chance: Type.Number() }),
      { description: 'Probability of having run out by the end of a day' }
    ),
    order: Type.Optional(
      Type.Object({
        state: Type.String(),
        quantity: Type.Integer({ description: 'Units to order now' }),
        why: Type.String(),
        suggestion_id: Nullable(Type.String()),
        decision: Nullable(Type.String())
      })
    ),
    what_if: Type.Optional(WhatIfAnswer),
    unavailable: Type.Record(Type.String(), Type.String(), {
      description: 'Why a field is null or empty, by field'
    }),
    simulated: Simulated
  },
  { description: 'What was sold, what will be, and when the stock runs out' }
)
