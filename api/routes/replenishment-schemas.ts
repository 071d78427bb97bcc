import { Type } from 'typebox'
import { ListFilters } from '../stock/filter.ts'
import { ReplenishmentColumns, ReplenishmentRow } from '../stock/row.ts'
import { TermsAnswer, WhatIfAnswer } from '../stock/what-if.ts'
import { Currency, Limit, Money, Nullable } from './schemas.ts'

export const ListAsked = Type.Object(
  {
    ...ListFilters,
    budget: Type.Optional(
      Type.String({
        pattern: '^\\d{1,9}(\\.\\d{1,4})?$',
        description:
          'Money to spend, a decimal string in the shop’s currency: the answer is then what to buy with it, quantities and all'
      })
    ),
    limit: Limit({ default: 100, maximum: 10_000 }),
    cursor: Type.Optional(
      Type.String({
        maxLength: 4_000,
        description: 'next_cursor of the page before, with the same parameters'
      })
    ),
    format_as: Type.Optional(
      Type.Enum(['json', 'csv'], { description: 'In place of Accept, for a link in a page' })
    )
  },
  { additionalProperties: false }
)

export const Published = {
  as_of: Nullable(Type.String(), {
    description: 'When the figures were published; null before there were any'
  }),
  version: Nullable(Type.String())
}
const Totals = Type.Array(
  Type.Object({
    currency: Currency,
    lines: Type.Integer(),
    units: Type.Integer(),
    cost: Money,
    value: Money,
    lines_without_cost: Type.Integer({ description: 'Their cost is not in the sum' })
  }),
  { description: 'Of all rows, not only of this page; one entry a currency' }
)
const Budget = Type.Object(
  {
    budget: Money,
    spent: Money,
    left: Money,
    currency: Currency,
    candidates: Type.Integer({ description: 'Products compared: the first 1,000 of the list' }),
    rejected: Type.Array(Type.Object({ product_id: Type.String(), reason: Type.String() }), {
      description: 'Those of them that cannot be compared; at most 100'
    })
  },
  { description: 'Only with `budget`' }
)
export const ListAnswer = Type.Object(
  {
    ...Published,
    totals: Totals,
    budget: Type.Optional(Budget),
    next_cursor: Type.Optional(Type.String({ description: 'Missing on the last page' })),
    rows: Type.Array(ReplenishmentRow)
  },
  { description: 'What to order, what is worth most for its money first' }
)

export const AlertShape = Type.Object({
  alert: Type.String({ description: 'low_stock or stock_out' }),
  raised_at: Type.String(),
  units: Type.Number({ description: 'Units that could be sold when it was raised' }),
  threshold: Type.Number(),
  snoozed_until: Nullable(Type.String(), { description: 'A time, or `cleared`; null: not snoozed' })
})
export const DetailAnswer = Type.Object(
  {
    ...Published,
    ...ReplenishmentColumns,
    moved_at: Nullable(Type.String(), { description: 'When the stock last moved' }),
    terms: TermsAnswer,
    arrivals: Type.Array(Type.Object({ day: Type.String(), units: Type.Number() }), {
      description: 'What is on its way, the next first'
    }),
    active_alerts: Type.Array(AlertShape),
    rental: Type.Optional(
      Type.Object({ load: Type.Number(), copies: Type.Number(), copies_to_buy: Type.Number() })
    ),
    what_if: Type.Optional(WhatIfAnswer),
    unavailable: Type.Record(Type.String(), Type.String(), { description: 'Why a figure is null, by field' })
  },
  { description: 'One product: what to order, by which terms, and why' }
)
