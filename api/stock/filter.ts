import { Type, type Static } from 'typebox'
import type { ServedDecision, ServedReplenishment } from '../../models/contracts/served-stock.ts'
import type { ServedProduct } from '../../models/contracts/served.ts'
import { IdListQuery, splitIds } from '../routes/schemas.ts'
import { searchProducts } from '../search.ts'
import type { ServingState } from '../serving.ts'
import type { Overlay } from './overlay.ts'
import { rankedBy, SORTS, type Ranked } from './ranking.ts'
import { categoryOf } from './row.ts'

export const ListFilters = {
  state: Type.Enum(['order', 'enough', 'no demand', 'no room', 'unknown', 'all'], { default: 'order' }),
  decision: Type.Enum(['open', 'all', 'accepted', 'edited', 'snoozed'], {
    default: 'open',
    description: 'open: neither decided today nor snoozed'
  }),
  product_id: IdListQuery('Only these products, separated by commas; * is any'),
  supplier_id: IdListQuery('Only of these suppliers, separated by commas; * is any'),
  category: IdListQuery('Only of these categories, separated by commas; * is any'),
  format: IdListQuery('Only of these formats, separated by commas; * is any'),
  abc: IdListQuery('Only of these classes: A, B, C, separated by commas; * is any'),
  xyz: IdListQuery('Only of these classes: X, Y, Z, separated by commas; * is any'),
  alert: Type.Optional(
    Type.Enum(['low_stock', 'stock_out', 'any'], { description: 'Only with this alert active' })
  ),
  min_value: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1e12, description: 'Only with at least this expected gain' })
  ),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'Only what a search of the catalogue finds' })),
  sort: Type.Enum([...SORTS], {
    default: 'rank',
    description:
      'rank: what the next unit of money is worth most for; stock_out, cost and days_of_cover: as they say'
  })
}
const Asked = Type.Object(ListFilters)
export type Asked = Static<typeof Asked>

/** As in a board's address: no filter at all, where a list of all values would leave out what has none. */
export const ANY = '*'

export type Sources = {
  serving: ServingState
  overlay: Overlay
  isToday: (time: string) => boolean
  nowMs: number
}

/** What of the published passes, in the order asked for. Looks at all of it once: some tens of thousands at most. */
export function listReplenishment(asked: Asked, sources: Sources): Ranked {
  const { serving, overlay } = sources
  const passes = [...passesFor(asked), ...searchFor(asked.q, serving)]
  return rankedBy(serving.replenishment, asked.sort).filter(({ row }) => {
    const product = serving.products.byId.get(row.product_id)
    if (!product || product.retired || !passes.every((pass) => pass(row, product))) return false
    return asked.decision === 'all' || isAsked(asked.decision, overlay.decisionOf(row), sources)
  })
}

type Pass = (record: ServedReplenishment, product: ServedProduct) => boolean

function passesFor(asked: Asked): Pass[] {
  const { state, alert, min_value } = asked
  return [
    ...(state === 'all' ? [] : [({ order }: ServedReplenishment) => order.state === state]),
    ...oneOf(asked.product_id, ({ product_id }) => product_id),
    ...oneOf(asked.supplier_id, ({ supplier_id }) => supplier_id),
    ...oneOf(asked.category, (_, product) => categoryOf(product)),
    ...oneOf(asked.format, (_, { format }) => format),
    ...oneOf(asked.abc, ({ abc }) => abc),
    ...oneOf(asked.xyz, ({ xyz }) => xyz),
    ...(alert === undefined
      ? []
      : [({ alerts }: ServedReplenishment) => alerts.some((own) => alert === 'any' || own.alert === alert)]),
    ...(min_value === undefined
      ? []
      : [({ order_value }: ServedReplenishment) => order_value !== null && order_value >= min_value])
  ]
}

function oneOf(
  list: string | undefined,
  valueOf: (record: ServedReplenishment, product: ServedProduct) => string | null
): Pass[] {
  if (list === undefined || list === ANY) return []
  const wanted = new Set(splitIds(list))
  return [(record, product) => wanted.has(valueOf(record, product) ?? '')]
}

function searchFor(q: string | undefined, { search, products }: ServingState): Pass[] {
  if (q === undefined || q.trim() === '') return []
  const all = { limit: Infinity, offset: 0 }
  const found = searchProducts({ index: search, byId: products.byId }, q, all).products
  const ids = new Set(found.map(({ product_id }) => product_id))
  return [({ product_id }) => ids.has(product_id)]
}

function isAsked(
  asked: Asked['decision'],
  decision: ServedDecision | null,
  { isToday, nowMs }: Sources
): boolean {
  if (asked !== 'open') return decision?.decision === asked
  if (!decision) return true
  if (decision.decision === 'snoozed') return decision.until === null || Date.parse(decision.until) <= nowMs
  return !isToday(decision.at)
}
