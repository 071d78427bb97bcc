import { Type, type Static } from 'typebox'
import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { ApiError, errorAnswers, wrongField } from '../errors.ts'
import { CSV, formatOf } from '../sales-formats.ts'
import { sendFile, toCsvInTurns } from '../send-file.ts'
import type { ServingState } from '../serving.ts'
import { createBuyer } from '../stock/buy.ts'
import { openCalendar } from '../stock/calendar.ts'
import { listReplenishment } from '../stock/filter.ts'
import { moneyOf } from '../stock/money.ts'
import type { Overlay } from '../stock/overlay.ts'
import { pageOf } from '../stock/page.ts'
import type { Ranked } from '../stock/ranking.ts'
import { csvCells, csvColumns, rowOf, type Row } from '../stock/row.ts'
import { standingOf } from '../stock/standing.ts'
import { lineOf, totalsOf } from '../stock/totals.ts'
import { answerWhatIf, WhatIfQuery } from '../stock/what-if.ts'
import { findProduct, requireCatalogue } from './products.ts'
import { DetailAnswer, ListAnswer, ListAsked } from './replenishment-schemas.ts'
import { ProductParams } from './schemas.ts'

const DESCRIPTION = `Ranked by what the next unit of each product is expected to earn for each unit of money that it costs.
With \`budget\` the answer is the list to buy with that money: unit after unit, wherever the next is worth most, so quantities differ
from the suggested ones. With \`Accept: text/csv\` or \`format_as=csv\` the same page comes as CSV, and the next one's address in
\`Link\`. Lists follow stock, orders and decisions within about a minute. docs/stock.md explains every figure.`
const REJECTED_MAX = 100
const JSON_ROWS_MAX = 1_000

export function registerReplenishment(
  app: ApiApp,
  { config, serving }: ApiDependencies,
  { overlay }: { overlay: Overlay }
): void {
  const dayOf = openCalendar(config.SHOP_TIME_ZONE)
  const buy = createBuyer(serving, config.CARRYING_COST)

  app.get(
    '/v1/replenishment',
    {
      schema: {
        summary: 'What to order now, what is worth most for its money first',
        description: DESCRIPTION,
        tags: ['stock'],
        querystring: ListAsked,
        response: { 200: ListAnswer, ...errorAnswers(400, 429, 503) }
      }
    },
    async ({ query, headers, url }, reply) => {
      requireCatalogue(serving)
      const format = query.format_as ?? formatOf(headers.accept)
      if (format !== 'csv' && query.limit > JSON_ROWS_MAX)
        throw wrongField('limit', `at most ${JSON_ROWS_MAX}, but for CSV`)
      const list = listAll(query)
      const { records, next_cursor, ...more } =
        query.budget === undefined ? pageAsked(list, query) : await spend(list, query, query.budget)
      void reply.header('Vary', 'Accept')
      if (format === 'csv') {
        const csv = await toCsvInTurns(csvColumns, records, (record) => describe(record).map(csvCells))
        sendFile(reply, { type: CSV, content: csv, url, next_cursor })
        return reply
      }
      return {
        ...publishedOf(serving),
        ...more,
        ...(next_cursor !== undefined && { next_cursor }),
        rows: records.flatMap(describe)
      }
    }
  )

  app.get(
    '/v1/replenishment/:product_id',
    {
      schema: {
        summary: 'What to order of a product, by which terms, and what if',
        tags: ['stock'],
        params: ProductParams,
        querystring: Type.Object(WhatIfQuery, { additionalProperties: false }),
        response: { 200: DetailAnswer, ...errorAnswers(400, 404, 503) }
      }
    },
    async ({ params, query }) => {
      const product = findProduct(serving, params.product_id)
      const record = findRecord(serving, product.product_id)
      const forecast = serving.forecasts.get(product.product_id)
      const standing = standingOf(record, forecast, config.CARRYING_COST)
      const what_if = answerWhatIf(query, { standing, from: forecast?.from })
      return {
        ...publishedOf(serving),
        ...rowOf(record, { product, decision: overlay.decisionOf(record) }),
        moved_at: record.stock?.moved_at ?? null,
        terms: record.terms,
        arrivals: record.arrivals,
        active_alerts: record.alerts.map((alert) => ({
          ...alert,
          snoozed_until: overlay.snoozedUntil(record.product_id, alert)
        })),
        ...(record.rental && { rental: record.rental }),
        ...(what_if && { what_if }),
        unavailable: record.unavailable
      }
    }
  )

  function listAll(query: Static<typeof ListAsked>): Ranked {
    const now = new Date()
    const today = dayOf(now)
    const isToday = (time: string) => dayOf(new Date(time)) === today
    return listReplenishment(query, { serving, overlay, isToday, nowMs: now.getTime() })
  }

  function pageAsked(list: Ranked, query: Static<typeof ListAsked>) {
    const { limit, cursor, format_as: _, ...question } = query
    const { rows, next_cursor } = pageOf(list, { question, limit, cursor })
    return {
      totals: totalsOf(list.map(({ row }) => lineOf(row))),
      records: rows,
      next_cursor
    }
  }

  function describe(record: ServedReplenishment): Row[] {
    const product = serving.products.byId.get(record.product_id)
    return product ? [rowOf(record, { product, decision: overlay.decisionOf(record) })] : []
  }

  async function spend(list: Ranked, query: Static<typeof ListAsked>, money: string) {
    if (query.cursor !== undefined) throw wrongField('cursor', 'a budget is spent in one answer')
    const currency = config.SHOP_CURRENCY
    const bought = await buy(list, { budget: Number(money), currency })
    const records = bought.lines.map(({ record, line }): ServedReplenishment => {
      const { quantity, cost, value, last_chance, last_value_per_cost, why } = line
      return {
        ...record,
        order: { state: 'order', quantity, why },
        order_cost: cost,
        order_value: value,
        next_value_per_cost: rounded(last_value_per_cost),
        last_chance: rounded(last_chance)
      }
    })
    const spent = parseMoney(moneyOf(bought.spent) ?? '0')
    const budget = {
      budget: formatMoney(parseMoney(money)),
      spent: formatMoney(spent),
      left: formatMoney(parseMoney(money) - spent),
      currency,
      candidates: bought.candidates,
      rejected: bought.rejected.slice(0, REJECTED_MAX)
    }
    return { totals: totalsOf(records.map(lineOf)), budget, records, next_cursor: undefined }
  }
}

export function findRecord(serving: ServingState, product_id: string) {
  const record = serving.replenishment.get(product_id)
  if (record) return record
  const message = 'product_id: nothing has been published of its stock yet'
  throw new ApiError(404, { code: 'not_published', message, field: 'product_id' })
}

/** A version begins with the moment in which it was written, without punctuation. */
export function publishedOf({ versions, loaded_at_ms }: ServingState): {
  as_of: string | null
  version: string | null
} {
  const version = versions.replenishment ?? null
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(version ?? '') ?? []
  const [year, month, day, hour, minute, second, ms] = parts
  const loaded = loaded_at_ms.replenishment
  if (year !== undefined)
    return { as_of: `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`, version }
  return { as_of: loaded === undefined ? null : new Date(loaded).toISOString(), version }
}

const rounded = (value: number) => Math.round(1_000 * value) / 1_000
