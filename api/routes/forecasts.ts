import type { Static } from 'typebox'
import type { ServedForecast, ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { demandOf } from '../../models/inventory/served-demand.ts'
import { stockOutChances } from '../../models/inventory/stock-out.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, wrongField } from '../errors.ts'
import { addDays } from '../sales-days.ts'
import { openCalendar } from '../stock/calendar.ts'
import { readHistory } from '../stock/history.ts'
import { dayAhead, standingOf } from '../stock/standing.ts'
import { answerWhatIf } from '../stock/what-if.ts'
import { ForecastAnswer, ForecastAsked, PROBABILITIES } from './forecast-schemas.ts'
import { findProduct } from './products.ts'
import { ProductParams, splitIds } from './schemas.ts'

const DESCRIPTION = `What was sold, what will be, and what the stock says to that. \`rows\` has a day each: \`units\` of those that are over,
then \`mean\`, \`lower\` and \`upper\` of those to come. History comes from the warehouse; while that is slow the answer comes without.
With any parameter of "What if", \`what_if\` holds the figures of the stock as they would be. docs/stock.md has the formulas.`
const NOT_PUBLISHED = 'nothing has been published for this product yet'

export function registerForecasts(app: ApiApp, { config, serving, warehouse, log }: ApiDependencies): void {
  const dayOf = openCalendar(config.SHOP_TIME_ZONE)
  app.get(
    '/v1/forecasts/:product_id',
    {
      schema: {
        summary: 'Demand of a product: history, forecast with its bounds, and when its stock runs out',
        description: DESCRIPTION,
        tags: ['forecasts'],
        params: ProductParams,
        querystring: ForecastAsked,
        response: { 200: ForecastAnswer, ...errorAnswers(400, 404, 503) }
      }
    },
    async ({ params, query }) => {
      const product = findProduct(serving, params.product_id)
      const { product_id } = product
      const forecast = serving.forecasts.get(product_id)
      const stock = serving.replenishment.get(product_id)
      const probabilities = readProbabilities(query.probabilities)
      const from = forecast?.from ?? dayOf(new Date())
      const [to, since] = [addDays(from, -1), addDays(from, -query.history_days)]
      const history = await readHistory(warehouse, { product_id, from: since, to })
      if (!history.ok && history.cause !== undefined)
        log.warn({ err: history.cause, product_id }, 'a forecast goes without its history')
      const standing = stock && standingOf(stock, forecast, config.CARRYING_COST)
      const what_if = standing && answerWhatIf(query, { standing, from: forecast?.from })
      return {
        product_id,
        title: product.title,
        ...describeForecast(forecast, { days: query.days, probabilities }),
        ...describeStock(forecast, stock),
        on_hand: stock?.stock?.on_hand ?? product.on_hand,
        rows: [...(history.ok ? history.days : []), ...daysToCome(forecast)],
        ...(what_if && { what_if }),
        unavailable: {
          ...(!forecast && { daily: NOT_PUBLISHED, demand: NOT_PUBLISHED, error: NOT_PUBLISHED }),
          ...(!stock && noStockFigures),
          ...forecast?.unavailable,
          ...stock?.unavailable,
          ...(!history.ok && { history: history.reason })
        },
        simulated: [...new Set([...(forecast?.simulated ?? []), ...(stock?.simulated ?? [])])]
      }
    }
  )
}

const noStockFigures = Object.fromEntries(
  ['days_of_cover', 'reorder_point', 'lead_time_days', 'stock_out', 'order'].map((name) => [
    name,
    NOT_PUBLISHED
  ])
)

/** Further out nothing was fitted. */
const [PROBABILITY_MIN, PROBABILITY_MAX] = [0.0025, 0.9975]

function readProbabilities(list: string): number[] {
  const probabilities = splitIds(list).map(Number)
  if (probabilities.length === 0 || probabilities.length > PROBABILITIES.most)
    throw wrongField('probabilities', `1 to ${PROBABILITIES.most} of them, separated by commas`)
  if (!probabilities.every((one) => one >= PROBABILITY_MIN && one <= PROBABILITY_MAX))
    throw wrongField('probabilities', `each is a number from ${PROBABILITY_MIN} to ${PROBABILITY_MAX}`)
  return [...new Set(probabilities)].toSorted((a, b) => a - b)
}

type Demand = { days: number; probabilities: readonly number[] }

function describeForecast(forecast: ServedForecast | undefined, { days, probabilities }: Demand) {
  const quantile = forecast?.demand && demandOf(forecast.demand)
  return {
    state: forecast?.state ?? ('unknown' as const),
    from: forecast?.from ?? null,
    daily: forecast?.daily ?? { mean: [], lower: [], upper: [] },
    demand: {
      days,
      quantiles: quantile
        ? probabilities.map((probability) => ({ probability, units: rounded(quantile(days, probability)) }))
        : []
    },
    ...(forecast?.error && { error: forecast.error }),
    lost_units_28: forecast?.lost_units_28 ?? null,
    model: forecast?.model ?? null,
    why: forecast?.why ?? []
  }
}

function describeStock(forecast: ServedForecast | undefined, stock: ServedReplenishment | undefined) {
  return {
    available: stock?.available ?? null,
    on_order: stock?.stock?.on_order ?? null,
    days_of_cover: stock?.days_of_cover ?? null,
    reorder_point: stock?.reorder_point ?? null,
    lead_time_days: stock?.terms.lead_time_days ?? null,
    stock_out: stock?.stock_out ?? { p10: null, p50: null, p90: null },
    stock_out_chances: chancesOf(forecast, stock),
    ...(stock && {
      order: {
        ...stock.order,
        suggestion_id: stock.suggestion_id,
        decision: stock.decision?.decision ?? null
      }
    })
  }
}

function chancesOf(
  forecast: ServedForecast | undefined,
  stock: ServedReplenishment | undefined
): Static<typeof ForecastAnswer>['stock_out_chances'] {
  if (!forecast?.demand || !stock || stock.available === null) return []
  const { arrivals } = standingOf(stock, forecast, 0)
  return stockOutChances(demandOf(forecast.demand), { available: stock.available, arrivals }).map(
    ({ days, chance }) => ({ days, day: dayAhead(forecast.from, days), chance: rounded(chance) })
  )
}

function daysToCome(forecast: ServedForecast | undefined) {
  if (!forecast) return []
  const { mean, lower, upper } = forecast.daily
  return mean.map((units, i) => ({
    day: addDays(forecast.from, i),
    mean: units,
    lower: lower[i] ?? null,
    upper: upper[i] ?? null
  }))
}

const rounded = (value: number) => Math.round(1_000 * value) / 1_000
