import type { ClickHouseClient } from '@clickhouse/client'
import type { Config } from '../models/contracts/config.ts'
import type { ServedDecision, ServedTerms, TermSource } from '../models/contracts/served-stock.ts'
import { OBSERVED_MIN } from '../models/inventory/lead-time.ts'
import { carryingCost, criticalRatio } from '../models/inventory/service-level.ts'
import { readRows } from './clickhouse.ts'

/** A row of queries/standing.sql. Names that are empty and numbers that are 0 were not said. */
export type StandingRow = {
  product_id: string
  supplier: string
  on_hand: number | null
  reserved: number
  on_order: number
  moved_at_ms: string | null
  /** Where nobody said when they come in, the day is that of the order. */
  arrivals: [day: string, units: number, isDated: boolean][]
  lead_times: number[]
  own_lead_time_days: number | null
  supplier_lead_time_days: number | null
  lead_time_spread_days: number | null
  review_days: number | null
  pack_size: number
  own_minimum_order: number
  supplier_minimum_order: number
  stock_max: number
  unit_cost: number | null
  unit_price: number | null
  currency: string
  threshold: number | null
  decided_suggestion_id: string
  /** There is a purchase of that name: what is suggested after it is another suggestion, on the same day too. */
  decided_is_ordered: boolean
  decision: string
  decided_at_ms: string
  decided_quantity: number | null
  snoozed_until_ms: string | null
  decided_by: string
  simulated: string[]
}

export const readStanding = (clickhouse: ClickHouseClient, config: Config): Promise<StandingRow[]> =>
  readRows<StandingRow>(clickhouse, 'standing', {
    time_zone: config.SHOP_TIME_ZONE,
    deliveries_min: OBSERVED_MIN
  })

const LEAD_TIME_DAYS_MAX = 365
const LEVEL_MIN = 0.5
const LEVEL_MAX = 0.99

/** How a product is ordered: the product's own word before its supplier's before the shop's settings; what was observed before what was agreed. */
export function termsOf(row: StandingRow, config: Config): ServedTerms {
  const observed = row.lead_times.filter((days) => days <= LEAD_TIME_DAYS_MAX)
  const isObserved = observed.length >= OBSERVED_MIN
  const lead_time_days = row.own_lead_time_days ?? row.supplier_lead_time_days
  const review_days = row.review_days ?? config.REVIEW_DAYS
  const minimum = row.own_minimum_order || row.supplier_minimum_order
  const usualDays = isObserved ? mean(observed) : lead_time_days
  const level = serviceLevelOf(row, config, (usualDays ?? 0) + review_days)
  const said = (own: unknown): TermSource => (own ? 'product' : 'supplier')
  return {
    lead_time_days,
    lead_time_spread_days: row.own_lead_time_days === null ? row.lead_time_spread_days : null,
    lead_times_observed: isObserved ? observed : [],
    review_days,
    cover_days: config.COVER_DAYS,
    service_level: level ?? config.SERVICE_LEVEL,
    pack_size: Math.max(1, row.pack_size),
    minimum_order: minimum,
    stock_max: row.stock_max || null,
    sources: {
      ...(usualDays !== null && {
        lead_time: isObserved ? 'observed' : said(row.own_lead_time_days !== null)
      }),
      review_days: row.review_days === null ? 'setting' : 'supplier',
      service_level: level === undefined ? 'setting' : 'economics',
      ...(minimum > 0 && { minimum_order: said(row.own_minimum_order > 0) })
    }
  }
}

/** The newsvendor's: what a sale earns against what a unit loses by lying until the next order arrives. */
function serviceLevelOf(
  { unit_cost, unit_price }: StandingRow,
  { CARRYING_COST }: Config,
  days: number
): number | undefined {
  if (unit_cost === null || unit_price === null) return undefined
  const carry = carryingCost({ unitCost: unit_cost, yearlyShare: CARRYING_COST, days })
  const ratio = criticalRatio({ margin: unit_price - unit_cost, carry })
  if (!ratio.ok) return undefined
  return Math.round(1_000 * Math.min(LEVEL_MAX, Math.max(LEVEL_MIN, ratio.level))) / 1_000
}

/** What people said of these suggestions; a snooze holds until its time, whatever day's it was said of. */
export function decisionOf(
  row: StandingRow,
  { suggestion_ids, nowMs }: { suggestion_ids: readonly (string | null)[]; nowMs: number }
): ServedDecision | null {
  if (!isDecision(row.decision)) return null
  const untilMs = Number(row.snoozed_until_ms)
  const holds =
    row.decision === 'snoozed' ? untilMs > nowMs : suggestion_ids.includes(row.decided_suggestion_id)
  if (!holds) return null
  return {
    decision: row.decision,
    at: new Date(Number(row.decided_at_ms)).toISOString(),
    quantity: row.decided_quantity,
    until: row.decision === 'snoozed' ? new Date(untilMs).toISOString() : null,
    author: row.decided_by || null
  }
}

const isDecision = (text: string): text is ServedDecision['decision'] =>
  text === 'accepted' || text === 'edited' || text === 'snoozed'

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
