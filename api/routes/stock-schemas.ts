import { Type } from 'typebox'
import { Id } from '../../models/contracts/events/fields.ts'
import { STOCK_ALERTS } from '../../models/contracts/events/stock.ts'
import { Published } from './replenishment-schemas.ts'
import { Currency, IdListQuery, Limit, Money, Nullable, Simulated } from './schemas.ts'

const Figure = (description: string) => Nullable(Type.Number(), { description })
const Text = (description: string) => Nullable(Type.String(), { description })
const Cursor = Type.Optional(
  Type.String({ maxLength: 4_000, description: 'next_cursor of the page before, with the same parameters' })
)
const next_cursor = Type.Optional(Type.String({ description: 'Missing on the last page' }))
const supplier_id = IdListQuery('Only of these suppliers, separated by commas; * is any')
const product = { product_id: Type.String(), title: Type.String(), supplier_id: Text('Who delivers it') }

export const RunningOutAnswer = Type.Object(
  {
    rows: Type.Array(
      Type.Object({
        product_id: Type.String(),
        title: Type.String(),
        on_hand: Figure('Units in the shop'),
        days_of_cover: Type.Number({ description: 'Days until the stock is sold at the forecast demand' }),
        reorder_point: Figure('Order again when stock falls to this'),
        lead_time_days: Figure('Days from order to delivery'),
        simulated: Simulated
      })
    )
  },
  {
    description: 'The shortest cover first; products without a forecast or without stock figures are left out'
  }
)

export const AlertsAsked = Type.Object(
  {
    alert: Type.Optional(Type.Enum([...STOCK_ALERTS], { description: 'Only these' })),
    supplier_id,
    include_snoozed: Type.Boolean({ default: false, description: 'Those that nobody is told of, too' }),
    limit: Limit({ default: 100, maximum: 1_000 }),
    cursor: Cursor
  },
  { additionalProperties: false }
)
export const AlertsAnswer = Type.Object(
  {
    ...Published,
    total: Type.Integer({ description: 'Of all pages' }),
    next_cursor,
    rows: Type.Array(
      Type.Object({
        ...product,
        alert: Type.String({ description: 'stock_out or low_stock' }),
        raised_at: Type.String(),
        units: Type.Number({ description: 'Units that could be sold when it was raised' }),
        available: Figure('Units that can be sold now'),
        threshold: Type.Number({ description: 'Raised at or below so many' }),
        on_order: Figure('Units on their way'),
        stock_out_p50: Text('Day by which it has run out with 50 % probability'),
        suggestion_id: Text('What is suggested; null where nothing is'),
        quantity: Type.Integer({ description: 'Units suggested' }),
        decision: Text('What was decided of that'),
        snoozed_until: Text('A time, or `cleared`'),
        simulated: Simulated
      })
    )
  },
  { description: 'Empty stock before low stock, of each the newest first' }
)

export const IdleAsked = Type.Object(
  {
    kind: Type.Enum(['all', 'dead', 'overstock'], {
      default: 'all',
      description: 'dead: nothing sold for 90 days; overstock: more than twelve weeks will ask for'
    }),
    supplier_id,
    limit: Limit({ default: 100, maximum: 1_000 }),
    cursor: Cursor
  },
  { additionalProperties: false }
)
export const IdleAnswer = Type.Object(
  {
    ...Published,
    total: Type.Integer({ description: 'Of all pages' }),
    totals: Type.Array(
      Type.Object({
        currency: Currency,
        lines: Type.Integer(),
        units: Type.Integer(),
        tied_up: Money,
        lines_without_cost: Type.Integer()
      })
    ),
    next_cursor,
    rows: Type.Array(
      Type.Object({
        ...product,
        kind: Type.String({ description: 'dead or overstock' }),
        on_hand: Type.Number(),
        idle_units: Type.Number({ description: 'All of it where it is dead, else what is too much' }),
        unit_cost: Nullable(Money),
        tied_up: Nullable(Money, { description: 'idle_units at cost' }),
        currency: Currency,
        days_of_cover: Figure('At the mean demand; null with none'),
        abc: Text('A, B or C'),
        xyz: Text('X, Y or Z'),
        simulated: Simulated
      })
    )
  },
  { description: 'What ties up most money first' }
)

const REQUESTS_MAX = 1_000
const UNITS_MAX = 1_000_000
export const AllocationAsked = Type.Object(
  {
    product_id: Type.String({ minLength: 1, maxLength: 100 }),
    requests: Type.Array(
      Type.Object(
        {
          account_id: Type.String({ ...Id, description: 'Who asks; each once' }),
          units: Type.Integer({ minimum: 0, maximum: UNITS_MAX }),
          priority: Type.Optional(
            Type.Number({ minimum: -1e6, maximum: 1e6, description: 'The largest is served first' })
          )
        },
        { additionalProperties: false }
      ),
      { minItems: 1, maxItems: REQUESTS_MAX }
    ),
    by: Type.Enum(['proportion', 'priority'], { default: 'proportion' }),
    pack_size: Type.Optional(
      Type.Integer({ minimum: 1, maximum: UNITS_MAX, description: 'Missing: the product’s' })
    ),
    available: Type.Optional(
      Type.Integer({ minimum: 0, maximum: UNITS_MAX, description: 'Missing: what can be sold now' })
    )
  },
  { additionalProperties: false }
)
export const AllocationAnswer = Type.Object(
  {
    product_id: Type.String(),
    available: Type.Integer(),
    pack_size: Type.Integer(),
    requested: Type.Integer({ description: 'By all together' }),
    left: Type.Integer(),
    rows: Type.Array(
      Type.Object({ account_id: Type.String(), requested: Type.Integer(), allocated: Type.Integer() })
    )
  },
  { description: 'Whole packs; nobody gets more than they asked for. Nothing is written' }
)
