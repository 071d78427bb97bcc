import { Type, type Static } from 'typebox'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers } from '../errors.ts'
import { openCalendar } from '../stock/calendar.ts'
import { coverBands } from '../stock/cover.ts'
import { ListFilters, listReplenishment, type Asked } from '../stock/filter.ts'
import { lateTotals, placeLate } from '../stock/late.ts'
import type { Overlay } from '../stock/overlay.ts'
import { byPlace, pageOf } from '../stock/page.ts'
import { requireCatalogue } from './products.ts'
import { publishedOf } from './replenishment.ts'
import { Limit } from './schemas.ts'
import { CoverAnswer, LateAnswer } from './stock-outlook-schemas.ts'

const { supplier_id, category, abc } = ListFilters
const Filters = Type.Object({ supplier_id, category, abc }, { additionalProperties: false })
const LateAsked = Type.Object(
  {
    supplier_id,
    category,
    abc,
    limit: Limit({ default: 100, maximum: 1_000 }),
    cursor: Type.Optional(
      Type.String({
        maxLength: 4_000,
        description: 'next_cursor of the page before, with the same parameters'
      })
    )
  },
  { additionalProperties: false }
)

/** How the stock stands as a whole: what an order can no longer save, and how long the rest lasts. */
export function registerStockOutlook(
  app: ApiApp,
  { config, serving }: ApiDependencies,
  { overlay }: { overlay: Overlay }
): void {
  const dayOf = openCalendar(config.SHOP_TIME_ZONE)

  app.get(
    '/v1/stock/late',
    {
      schema: {
        summary: 'What runs out before a delivery ordered today could be there',
        tags: ['stock'],
        querystring: LateAsked,
        response: { 200: LateAnswer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { limit, cursor, ...question } }) => {
      const today = dayOf(new Date())
      const open = new Set(list(question, 'open').map(({ id }) => id))
      const late = list(question, 'all')
        .flatMap(({ id, row }) => {
          const product = serving.products.byId.get(id)
          return product ? placeLate(row, { product, today, isOpen: open.has(id) }) : []
        })
        .toSorted(byPlace)
      return {
        ...publishedOf(serving),
        total: late.length,
        totals: lateTotals(late.map(({ row }) => row)),
        ...pageOf(late, { question, limit, cursor })
      }
    }
  )

  app.get(
    '/v1/stock/cover',
    {
      schema: {
        summary: 'How many products last how long',
        tags: ['stock'],
        querystring: Filters,
        response: { 200: CoverAnswer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query }) => ({
      ...publishedOf(serving),
      rows: coverBands(list(query, 'all').map(({ row }) => row))
    })
  )

  function list(question: Static<typeof Filters>, decision: Asked['decision']) {
    requireCatalogue(serving)
    const now = new Date()
    const today = dayOf(now)
    const isToday = (time: string) => dayOf(new Date(time)) === today
    return listReplenishment(
      { ...question, state: 'all', decision, sort: 'stock_out' },
      { serving, overlay, isToday, nowMs: now.getTime() }
    )
  }
}
