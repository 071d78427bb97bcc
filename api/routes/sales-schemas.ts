import { Type, type Static, type TSchema } from 'typebox'
import {
  mayBeNone,
  salesDimensions,
  salesFigures,
  type SalesFigure
} from '../../models/contracts/metrics/sales.ts'
import { grains } from '../sales-days.ts'
import { Currency, IdListQuery, Nullable } from './schemas.ts'

const ROWS_MAX = 10_000
const DEFAULT_FIGURES = 'gross_amount,refund_amount,net_amount,units_sold,units_refunded,lines'
export const DIMENSIONS_MAX = 4
export const figureNames = salesFigures.map(({ name }) => name)
export const dimensionNames = salesDimensions.map(({ name }) => name)
export const filterNames = [...dimensionNames, 'currency' as const]

const Day = (description: string) =>
  Type.Optional(Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', description: `${description}, YYYY-MM-DD` }))
const filters = Object.fromEntries(
  filterNames.map((name) => [name, IdListQuery('Only these, separated by commas; `*`: any')])
) as Record<(typeof filterNames)[number], ReturnType<typeof IdListQuery>>

export const SalesAsked = Type.Object(
  {
    from: Day('First day'),
    to: Day('Last day, itself included; missing: the last day with sales'),
    grain: Type.Enum([...grains], { default: 'day', description: 'Weeks begin on Monday' }),
    measures: Type.String({
      maxLength: 1_000,
      default: DEFAULT_FIGURES,
      description: `Figures, separated by commas, of ${figureNames.join(', ')}. Rows of a period come by the first, the largest first`
    }),
    group_by: Type.String({
      maxLength: 200,
      default: '',
      description: `At most ${DIMENSIONS_MAX} of ${dimensionNames.join(', ')}, separated by commas`
    }),
    ...filters,
    compare: Type.Enum(['none', 'previous_period', 'previous_week', 'previous_year'], {
      default: 'none',
      description:
        'Adds previous_… to each row: of as many days, weeks or months just before; of a week before (for hours, days, weeks and a total); or of a year ago, for days and weeks 364 days, so that weekdays meet'
    }),
    time_zone: Type.Optional(
      Type.String({
        maxLength: 60,
        description:
          "Whose days and hours; missing: the shop's. For others every line of the days is read, which is slower"
      })
    ),
    limit: Type.Integer({ minimum: 1, maximum: ROWS_MAX, default: 1_000 }),
    format_as: Type.Optional(
      Type.Enum(['json', 'csv', 'arrow'], {
        description: 'Else as Accept says; `format` is one of the filters'
      })
    ),
    cursor: Type.Optional(
      Type.String({
        maxLength: 4_000,
        description: 'next_cursor of the page before, with the same parameters'
      })
    )
  },
  { additionalProperties: false }
)
export type SalesAsked = Static<typeof SalesAsked>

function schemaOf(figure: SalesFigure, description = figure.meaning): TSchema {
  const { unit } = figure
  const is =
    unit === 'money' ? Type.String() : unit === 'share' || unit === 'ratio' ? Type.Number() : Type.Integer()
  const said = unit === 'money' ? `${description}. A decimal string` : description
  if (!mayBeNone(figure)) return Type.Optional({ ...is, description: said })
  return Type.Optional(Nullable(is, { description: `${said}; null when there is none` }))
}
const Row = Type.Object({
  period: Type.String({ description: 'First day of the period, or its hour; of a total, the first day' }),
  starts_at: Type.String({ description: 'When that began in the time zone, RFC 3339 in UTC' }),
  ...Object.fromEntries(
    salesDimensions.map(({ name, meaning }) => [
      name,
      Type.Optional(Nullable(Type.String(), { description: meaning }))
    ])
  ),
  title: Type.Optional(Type.String({ description: 'Of the product' })),
  currency: Currency,
  ...Object.fromEntries(salesFigures.map((figure) => [figure.name, schemaOf(figure)])),
  ...Object.fromEntries(
    salesFigures.map((figure) => [
      `previous_${figure.name}`,
      schemaOf(figure, `${figure.name} of the days compared with`)
    ])
  ),
  cost_is_simulated: Type.Boolean({ description: 'Whether costs behind the row are invented' })
})
export const SalesAnswer = Type.Object(
  {
    from: Nullable(Type.String(), { description: 'Null when there never were sales' }),
    to: Nullable(Type.String()),
    compared_with: Type.Optional(Type.Object({ from: Type.String(), to: Type.String() })),
    time_zone: Type.String(),
    grain: Type.String(),
    group_by: Type.Array(Type.String()),
    measures: Type.Array(Type.String()),
    truncated: Type.Boolean({ description: 'There are more rows: ask on with next_cursor' }),
    next_cursor: Type.Optional(Type.String()),
    rows: Type.Array(Row)
  },
  { description: 'Amounts are decimal strings, for example "12.95"' }
)
