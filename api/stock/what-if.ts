import { Type, type Static } from 'typebox'
import type { ServedTerms } from '../../models/contracts/served-stock.ts'
import { meanDays } from '../../models/inventory/lead-time.ts'
import type { Standing } from '../../models/inventory/assess.ts'
import { Nullable } from '../routes/schemas.ts'
import { FigureColumns, figureCells } from './figures.ts'
import { assessDated } from '../../models/inventory/dated.ts'

const UNITS_MAX = 1_000_000
const DAYS_MAX = 365
const Supposed = (bounds: { minimum: number; maximum: number }, description: string) =>
  Type.Optional(Type.Integer({ ...bounds, description: `What if: ${description}` }))
const days = { minimum: 0, maximum: DAYS_MAX }

/** Parameters of what somebody supposes; with any of them the answer has `what_if`. Nothing is written. */
export const WhatIfQuery = {
  lead_time_days: Supposed(days, 'days from order to delivery, in place of those observed'),
  lead_time_spread_days: Supposed(days, 'the standard deviation of those days'),
  review_days: Supposed(days, 'days from one order to the next'),
  cover_days: Supposed(days, 'days that an order should last beyond the next delivery'),
  service_level: Type.Optional(
    Type.Number({
      minimum: 0.05,
      maximum: 0.9975,
      description: 'What if: the share of lead times to end without running out'
    })
  ),
  pack_size: Supposed({ minimum: 1, maximum: UNITS_MAX }, 'units to a pack'),
  minimum_order: Supposed({ minimum: 0, maximum: UNITS_MAX }, 'units that an order has at least'),
  stock_max: Supposed({ minimum: 0, maximum: UNITS_MAX }, 'units that there is room for'),
  on_hand: Supposed({ minimum: -UNITS_MAX, maximum: UNITS_MAX }, 'units in the shop'),
  on_order: Supposed(
    { minimum: 0, maximum: UNITS_MAX },
    'units on their way; they are taken to come in after a lead time'
  )
}
const WhatIfAsked = Type.Object(WhatIfQuery)
export type WhatIfAsked = Static<typeof WhatIfAsked>
const names = Object.keys(WhatIfQuery)

export const TermsAnswer = Type.Object(
  {
    lead_time_days: Nullable(Type.Number(), { description: 'As agreed; null when nobody named it' }),
    lead_time_spread_days: Nullable(Type.Number(), { description: 'Standard deviation of those days' }),
    lead_times_observed: Type.Array(Type.Number(), {
      description:
        'Days that past deliveries took, the latest last; five or more are used in place of the two above'
    }),
    review_days: Type.Number({ description: 'Days from one order to the next' }),
    cover_days: Type.Number({ description: 'Days that an order should last beyond the next delivery' }),
    service_level: Type.Number({ description: 'Share of lead times to end without running out' }),
    pack_size: Type.Number(),
    minimum_order: Type.Number(),
    stock_max: Nullable(Type.Number()),
    sources: Type.Record(Type.String(), Type.String(), {
      description:
        'Who said a term: product, supplier, observed, economics or setting; in what_if also supposed'
    })
  },
  { description: 'How the product is ordered' }
)
export const WhatIfAnswer = Type.Object(
  {
    ...FigureColumns,
    terms: TermsAnswer,
    unavailable: Type.Record(Type.String(), Type.String(), { description: 'Why a figure is null, by field' })
  },
  { description: 'The same figures with what was supposed; only when something was' }
)

type Answer = Omit<Static<typeof WhatIfAnswer>, keyof typeof FigureColumns> & ReturnType<typeof figureCells>

/** Undefined where nothing is supposed. */
export function answerWhatIf(
  asked: WhatIfAsked,
  { standing, from }: { standing: Standing; from: string }
): Answer | undefined {
  const given = new Set(Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name])))
  if (!names.some((name) => given.has(name))) return undefined
  const terms = supposedTerms(standing.terms, asked)
  const figures = assessDated({ ...standing, ...supposedStock(standing, terms, asked), terms }, from)
  const sources = {
    ...terms.sources,
    ...Object.fromEntries(termsOf(given).map((name) => [name, 'supposed']))
  }
  return { ...figureCells(figures), terms: { ...terms, sources }, unavailable: figures.unavailable }
}

/** One word for both figures of a lead time, as where they came from is told. */
const termsOf = (given: ReadonlySet<string>) =>
  [...given].flatMap((name) =>
    name.startsWith('lead_time') ? ['lead_time'] : name === 'on_hand' || name === 'on_order' ? [] : [name]
  )

function supposedTerms(terms: ServedTerms, asked: WhatIfAsked): ServedTerms {
  const { on_hand: _hand, on_order: _order, ...given } = asked
  const own = Object.fromEntries(Object.entries(given).filter(([name]) => name in terms))
  const isOther = asked.lead_time_days !== undefined || asked.lead_time_spread_days !== undefined
  if (!isOther) return { ...terms, ...own }
  const { lead_times_observed, lead_time_days } = terms
  const observed = meanDays(lead_times_observed)
  return { ...terms, lead_time_days: lead_time_days ?? observed, ...own, lead_times_observed: [] }
}

function supposedStock(
  { stock, arrivals }: Standing,
  terms: ServedTerms,
  { on_hand, on_order }: WhatIfAsked
): Pick<Standing, 'stock' | 'arrivals'> {
  if (on_hand === undefined && on_order === undefined) return { stock, arrivals }
  // Without a count there is nothing to be on its way to.
  if (!stock && on_hand === undefined) return { stock, arrivals }
  const before = stock ?? { on_hand: 0, on_order: 0, reserved: 0, backorders: 0 }
  const supposed = { ...before, on_hand: on_hand ?? before.on_hand, on_order: on_order ?? before.on_order }
  if (on_order === undefined) return { stock: supposed, arrivals }
  const days = terms.lead_time_days ?? meanDays(terms.lead_times_observed)
  return {
    stock: supposed,
    arrivals: days === null || on_order === 0 ? [] : [{ days: days + 1, units: on_order }]
  }
}
