import { Type } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { findProduct } from './products.ts'
import { Nullable, ProductParams, Simulated } from './schemas.ts'

const Units = Type.Array(Type.Number())
const Answer = Type.Object(
  {
    product_id: Type.String(),
    from: Nullable(Type.String(), { description: "First day, YYYY-MM-DD in the shop's zone" }),
    daily: Type.Object(
      { mean: Units, lower: Units, upper: Units },
      { description: 'Units a day: the mean, and the bounds that 80 % of days should fall between' }
    ),
    days_of_cover: Nullable(Type.Number(), { description: 'Days until the stock is sold at this demand' }),
    reorder_point: Nullable(Type.Number(), { description: 'Order again when stock falls to this' }),
    lead_time_days: Nullable(Type.Number()),
    on_hand: Nullable(Type.Number()),
    unavailable: Type.Record(Type.String(), Type.String(), { description: 'Why a field is null, by field' }),
    simulated: Simulated,
    model: Nullable(Type.String())
  },
  { description: 'What will be sold and when to reorder' }
)

export function registerForecasts(app: ApiApp, { serving }: ApiDependencies): void {
  app.get(
    '/v1/forecasts/:product_id',
    {
      schema: {
        summary: 'Daily demand, days of cover and reorder point of a product',
        tags: ['forecasts'],
        params: ProductParams,
        response: { 200: Answer, ...errorAnswers(404, 503) }
      }
    },
    async ({ params }) => {
      const { product_id } = findProduct(serving, params.product_id)
      const forecast = serving.forecasts.get(product_id)
      const stock = serving.replenishment.get(product_id)
      const reason = 'nothing has been published for this product yet'
      return {
        product_id,
        from: forecast?.from ?? null,
        daily: forecast?.daily ?? { mean: [], lower: [], upper: [] },
        days_of_cover: stock?.days_of_cover ?? null,
        reorder_point: stock?.reorder_point ?? null,
        lead_time_days: stock?.terms.lead_time_days ?? null,
        on_hand: stock?.stock?.on_hand ?? null,
        unavailable: {
          ...(!forecast && { daily: reason }),
          ...(!stock && { days_of_cover: reason, reorder_point: reason, lead_time_days: reason }),
          ...forecast?.unavailable,
          ...stock?.unavailable
        },
        simulated: [...new Set([...(forecast?.simulated ?? []), ...(stock?.simulated ?? [])])],
        model: forecast?.model ?? null
      }
    }
  )
}
