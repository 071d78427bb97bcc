import { Type, type Static } from 'typebox'
import { dateOf, dayNumberIn } from '../../models/days.ts'
import { addUp } from '../../models/forecast/hierarchy.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import type { ServingState } from '../serving.ts'
import { categoryOf } from '../stock/row.ts'
import { requireCatalogue } from './products.ts'
import { Limit } from './schemas.ts'

const GROUPS = ['shop', 'category', 'format', 'artist'] as const
type By = (typeof GROUPS)[number]

const Asked = Type.Object(
  {
    by: Type.Enum(GROUPS, { default: 'shop', description: 'What products are added up to' }),
    limit: Limit({ default: 50, maximum: 500 })
  },
  { additionalProperties: false }
)
const Answer = Type.Object(
  {
    rows: Type.Array(
      Type.Object({
        group: Type.String({
          description: 'Category, format or artist; empty where a product names none; `shop`'
        }),
        day: Type.String({ description: "YYYY-MM-DD in the shop's zone" }),
        mean: Type.Number({
          description: 'Expected units: the sum of what its products are expected to sell'
        })
      })
    ),
    groups: Type.Integer({
      description: 'How many groups there are, of which those that sell most are shown'
    })
  },
  { description: 'Forecasts that add up: of whatever groups, all of them together are the shop' }
)

/** Bounds do not add up, so there are none here: those of a sum are narrower than the sum of those. */
export function registerForecastSums(app: ApiApp, { serving }: ApiDependencies): void {
  app.get(
    '/v1/forecasts',
    {
      schema: {
        summary: 'Daily demand of the shop, or of each category, format or artist',
        tags: ['forecasts'],
        querystring: Asked,
        response: { 200: Answer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { by, limit } }) => {
      requireCatalogue(serving)
      return sumsBy(serving, { by, limit })
    }
  )
}

function sumsBy(serving: ServingState, { by, limit }: { by: By; limit: number }): Static<typeof Answer> {
  const { products, forecasts } = serving
  const paths = new Map<string, Float64Array>()
  let from = ''
  for (const forecast of forecasts.values()) {
    if (forecast.daily.mean.length === 0) continue
    from = forecast.from
    paths.set(forecast.product_id, Float64Array.from(forecast.daily.mean))
  }
  const sums = addUp(paths, (product_id) => {
    const product = products.byId.get(product_id)
    if (by === 'shop') return 'shop'
    return (
      (by === 'category'
        ? product && categoryOf(product)
        : by === 'format'
          ? product?.format
          : product?.attributes['artist']) ?? ''
    )
  })
  const sorted = [...sums]
    .map(([group, path]) => ({ group, path, total: path.reduce((sum, units) => sum + units, 0) }))
    .toSorted((a, b) => b.total - a.total || (a.group < b.group ? -1 : 1))
  return {
    rows: sorted.slice(0, limit).flatMap(({ group, path }) =>
      Array.from(path, (mean, ahead) => ({
        group,
        day: dateOf(dayNumberIn(from) + ahead),
        mean: Math.round(1_000 * mean) / 1_000
      }))
    ),
    groups: sorted.length
  }
}
