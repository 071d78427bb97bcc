import pino from 'pino'
import { Registry } from 'prom-client'
import { buildApp } from '../../api/app.ts'
import type { ApiApp, ApiDependencies } from '../../api/dependencies.ts'
import type { Profile } from '../../api/redis.ts'
import { createKeyRing } from '../../api/keys.ts'
import { emptyServing, loadChanged } from '../../api/serving.ts'
import { assessDated, standingOf } from '../../models/inventory/dated.ts'
import { readConfig } from '../../models/contracts/config.ts'
import type { LogMessage } from '../../models/contracts/event-log.ts'
import type { ServedProduct } from '../../models/contracts/served.ts'
import type { ServedForecast, ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { serveDemand } from '../../models/inventory/served-demand.ts'
import { packSessions } from '../../models/contracts/served-sessions.ts'
import { packScored, servedKey, WORK_IDS_FIELD } from '../../models/contracts/served.ts'

export const BROWSER = 'Bearer browser'
/** Products bought or looked at so many days ago. */
export const daysAgo = (days: number, ...product_ids: string[]) =>
  product_ids.map((product_id) => ({ product_id, at_ms: Date.now() - days * 86_400_000 }))
export function profileOf({
  recent = [],
  bought = [],
  hidden = []
}: Partial<Omit<Profile, 'owned'>>): Profile {
  return { recent, bought, owned: bought.map((one) => one.product_id), hidden }
}
export const SERVER = 'Bearer secret'
export const ADMIN = 'Bearer chief'

export function product(product_id: string, fields: Partial<ServedProduct> = {}): ServedProduct {
  return {
    product_id,
    work_id: product_id,
    title: `Title of ${product_id}`,
    format: null,
    attributes: {},
    price: '2.95',
    currency: 'GBP',
    on_hand: 10,
    recent_units: 0,
    retired: false,
    simulated: ['on_hand'],
    ...fields
  }
}

/**
 * What the stock jobs would publish of a product that is asked for evenly, at most twice `perDay` units a day: stock, terms and cost
 * are the caller's, figures follow from them.
 */
export function servedStock(
  product_id: string,
  {
    perDay = 2,
    stock = {},
    ...fields
  }: { perDay?: number; stock?: Partial<ServedReplenishment['stock'] & object> | null } & Partial<
    Omit<ServedReplenishment, 'stock'>
  > = {}
): { forecast: ServedForecast; replenishment: ServedReplenishment } {
  const [from, moved_at] = ['2026-01-02', '2026-01-01T12:00:00.000Z']
  const days = (units: number) => Array.from({ length: 28 }, () => units)
  const forecast: ServedForecast = {
    product_id,
    state: 'active',
    from,
    daily: { mean: days(perDay), lower: days(0), upper: days(2 * perDay) },
    demand: serveDemand((days, probability) => 2 * perDay * days * probability) ?? null,
    error: { rmsse: 0.8, bias: 0.01, coverage_95: 0.94, origins: 12, days: 14 },
    abc: 'A',
    xyz: 'X',
    first_sale: '2025-01-01',
    last_sale: '2026-01-01',
    lost_units_28: 3,
    model: 'weekday-level',
    why: ['It sells most days.', 'The median of three models was best on 12 origins.'],
    unavailable: {},
    simulated: []
  }
  const terms = {
    lead_time_days: 7,
    lead_time_spread_days: null,
    lead_times_observed: [],
    review_days: 7,
    cover_days: 0,
    service_level: 0.95,
    pack_size: 1,
    minimum_order: 0,
    stock_max: null,
    sources: { lead_time: 'product', review_days: 'setting' } as const
  }
  const before: ServedReplenishment = {
    product_id,
    from,
    supplier_id: 'acme',
    stock: stock && { on_hand: 10, reserved: 0, on_order: 0, moved_at, ...stock },
    arrivals: [],
    terms,
    suggestion_id: null,
    decision: null,
    unit_cost: 2,
    unit_price: 5,
    currency: 'GBP',
    abc: 'A',
    xyz: 'X',
    is_dead: false,
    threshold: null,
    alerts: [],
    rental: null,
    simulated: [],
    ...unknownFigures,
    ...fields
  }
  const figures = assessDated(standingOf(before, forecast.demand, 0.25), from)
  const suggestion_id = figures.order.state === 'order' ? `${product_id}:${from}` : null
  return { forecast, replenishment: { ...before, ...figures, suggestion_id, ...fields } }
}
const unknownFigures = {
  position: null,
  available: null,
  reorder_point: null,
  order_up_to: null,
  safety_stock: null,
  fill_rate: null,
  days_of_cover: null,
  stock_out: null,
  order: { state: 'unknown', quantity: 0, why: '' },
  order_cost: null,
  order_value: null,
  next_value_per_cost: null,
  last_chance: null,
  overstock_units: null,
  unavailable: {}
} as const

const listKinds = ['bought_together', 'similar', 'fresh_bought_together', 'fresh_similar'] as const

export type Published = Partial<
  Record<(typeof listKinds)[number], Record<string, Record<string, number>>>
> & {
  products: ServedProduct[]
  popular?: Record<string, number>
  /** Latest first, of each its works from the first on. */
  sessions?: string[][]
  forecasts?: ServedForecast[]
  replenishment?: ServedReplenishment[]
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

const lists = (records: Record<string, Record<string, number>>) => {
  const ids = [...new Set(Object.values(records).flatMap(Object.keys))]
  const entries = Object.entries(records).map(([id, scored]): [string, Buffer] => {
    const best = Object.entries(scored).toSorted(([, a], [, b]) => b - a)
    const indexes = Uint32Array.from(best, ([other]) => ids.indexOf(other))
    return [id, packScored({ indexes, scores: Float32Array.from(best, ([, score]) => score) })]
  })
  return new Map([[WORK_IDS_FIELD, json(ids)], ...entries])
}

const blocks = (sessions: string[][]) => {
  const ids = [...new Set(sessions.flat())]
  const packed = packSessions(sessions.map((works) => works.map((work) => ids.indexOf(work))))
  return new Map([
    [WORK_IDS_FIELD, json(ids)],
    ['0', packed]
  ])
}

/** The published hashes as Redis would hold them, and the pointer. */
export function publish(published: Published, version = 'v1') {
  const hashes = new Map<string, Map<string, Buffer>>()
  hashes.set(servedKey('products', version), new Map(published.products.map((p) => [p.product_id, json(p)])))
  for (const kind of listKinds) hashes.set(servedKey(kind, version), lists(published[kind] ?? {}))
  hashes.set(servedKey('popular', version), lists({ all: published.popular ?? {} }))
  hashes.set(servedKey('sessions', version), blocks(published.sessions ?? []))
  hashes.set(
    servedKey('forecasts', version),
    new Map((published.forecasts ?? []).map((f) => [f.product_id, json(f)]))
  )
  hashes.set(
    servedKey('replenishment', version),
    new Map((published.replenishment ?? []).map((one) => [one.product_id, json(one)]))
  )
  return {
    readCurrent: async () =>
      Object.fromEntries([...hashes.keys()].map((key) => [key.split(':')[1] ?? '', version])),
    scanHash: async function* (key: string) {
      yield* hashes.get(key) ?? []
    }
  }
}

export type Fakes = {
  app: ApiApp
  dependencies: ApiDependencies
  /** What was sent, by topic. */
  sent: Map<string, LogMessage[]>
  profiles: Map<string, Profile>
}

/** The whole API over plain objects: a log that remembers, profiles in a map, an empty warehouse. */
export async function fakeApp(
  published: Published | undefined,
  overrides: Partial<ApiDependencies> = {}
): Promise<Fakes> {
  const sent = new Map<string, LogMessage[]>()
  const profiles = new Map<string, Profile>()
  const serving = emptyServing()
  if (published) await loadChanged(serving, publish(published))
  const config = overrides.config ?? readConfig({ SERVER_KEY: 'secret', ADMIN_KEY: 'chief' })
  const dependencies: ApiDependencies = {
    config,
    keys: createKeyRing(config),
    readKeyUses: async () => ({}),
    shop: { title: 'Test shop', notice: '', dates_shifted_by_days: 0, attribution: '', search_examples: '' },
    log: pino({ level: 'silent' }),
    registry: new Registry(),
    serving,
    sendEvents: async (topic, messages) => {
      sent.set(topic, [...(sent.get(topic) ?? []), ...messages])
    },
    readProfile: async (visitor) => profiles.get(visitor) ?? profileOf({}),
    pingServingStore: async () => undefined,
    warehouse: {
      ping: async () => undefined,
      readOrderSteps: async () => [],
      readOrderLines: async () => [],
      readCustomers: async () => [],
      readCustomerOrders: async () => [],
      readLastSalesDay: async () => undefined,
      readSales: async () => [],
      readMovers: async () => [],
      readSalesSoFar: async () => [],
      readMostServed: async () => [],
      readProductSales: async () => [],
      readProductStock: async () => []
    },
    ...overrides
  }
  return { app: await buildApp(dependencies), dependencies, sent, profiles }
}
