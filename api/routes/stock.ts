import { Type } from 'typebox'
import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import type { ServedProduct } from '../../models/contracts/served.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { isQuiet, placeAlert } from '../stock/alert-rows.ts'
import { ANY } from '../stock/filter.ts'
import { placeIdle } from '../stock/idle.ts'
import { moneyOfParts, partsOf } from '../stock/money.ts'
import type { Overlay } from '../stock/overlay.ts'
import { byPlace, pageOf } from '../stock/page.ts'
import { leadTimeOf } from '../stock/row.ts'
import { requireCatalogue } from './products.ts'
import { publishedOf } from './replenishment.ts'
import { Limit, splitIds } from './schemas.ts'
import { AlertsAnswer, AlertsAsked, IdleAnswer, IdleAsked, RunningOutAnswer } from './stock-schemas.ts'

export function registerStock(
  app: ApiApp,
  { serving }: ApiDependencies,
  { overlay }: { overlay: Overlay }
): void {
  app.get(
    '/v1/stock/running-out',
    {
      schema: {
        summary: 'Products whose stock lasts the fewest days',
        tags: ['stock'],
        querystring: Type.Object(
          { limit: Limit({ default: 20, maximum: 100 }) },
          { additionalProperties: false }
        ),
        response: { 200: RunningOutAnswer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { limit } }) => {
      const known = eachOf(undefined, (record, { title }) => {
        const { product_id, days_of_cover, stock, reorder_point, simulated } = record
        if (days_of_cover === null) return []
        const [on_hand, lead_time_days] = [stock?.on_hand ?? null, leadTimeOf(record)]
        return [{ product_id, title, on_hand, days_of_cover, reorder_point, lead_time_days, simulated }]
      })
      const shortestFirst = known.toSorted(
        (a, b) => a.days_of_cover - b.days_of_cover || (a.product_id < b.product_id ? -1 : 1)
      )
      return { rows: shortestFirst.slice(0, limit) }
    }
  )

  app.get(
    '/v1/stock/alerts',
    {
      schema: {
        summary: 'Active alerts of low and empty stock',
        tags: ['stock'],
        querystring: AlertsAsked,
        response: { 200: AlertsAnswer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { limit, cursor, ...question } }) => {
      const nowMs = Date.now()
      const alerts = eachOf(question.supplier_id, (record, product) =>
        record.alerts.flatMap((alert) => {
          if (question.alert !== undefined && question.alert !== alert.alert) return []
          const placed = placeAlert(alert, record, { product, overlay })
          return question.include_snoozed || !isQuiet(placed.row.snoozed_until, nowMs) ? [placed] : []
        })
      ).toSorted(byPlace)
      return { ...publishedOf(serving), total: alerts.length, ...pageOf(alerts, { question, limit, cursor }) }
    }
  )

  app.get(
    '/v1/stock/idle',
    {
      schema: {
        summary: 'Dead stock and overstock, with the money that it ties up',
        tags: ['stock'],
        querystring: IdleAsked,
        response: { 200: IdleAnswer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { limit, cursor, ...question } }) => {
      const idle = eachOf(question.supplier_id, placeIdle)
        .filter(({ row }) => question.kind === 'all' || row.kind === question.kind)
        .toSorted(byPlace)
      return {
        ...publishedOf(serving),
        total: idle.length,
        totals: totalsOf(idle.map(({ row }) => row)),
        ...pageOf(idle, { question, limit, cursor })
      }
    }
  )

  /** Of every product that the shop sells, or of some suppliers. */
  function eachOf<Row>(
    suppliers: string | undefined,
    rowsOf: (record: ServedReplenishment, product: ServedProduct) => Row[]
  ): Row[] {
    requireCatalogue(serving)
    const wanted = suppliers === undefined || suppliers === ANY ? undefined : new Set(splitIds(suppliers))
    return [...serving.replenishment.values()].flatMap((record) => {
      const product = serving.products.byId.get(record.product_id)
      const isWanted = product && !product.retired && (!wanted || wanted.has(record.supplier_id ?? ''))
      return isWanted ? rowsOf(record, product) : []
    })
  }
}

function totalsOf(rows: readonly { currency: string; idle_units: number; tied_up: string | null }[]) {
  return [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, group]) => ({
    currency,
    lines: group.length,
    units: group.reduce((sum, { idle_units }) => sum + idle_units, 0),
    tied_up: moneyOfParts(group.reduce((sum, { tied_up }) => sum + partsOf(Number(tied_up ?? 0)), 0)),
    lines_without_cost: group.filter(({ tied_up }) => tied_up === null).length
  }))
}
