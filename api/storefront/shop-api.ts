import type { ServedProduct } from '../../models/contracts/served.ts'
import type { ServedForecast } from '../../models/contracts/served-stock.ts'

export type Product = ServedProduct
export type Shop = {
  title: string
  notice: string
  attribution: string
  search_examples: string
  currency: string
  time_zone: string
  browser_key: string
}
export type Recommendation = Pick<
  Product,
  | 'product_id'
  | 'work_id'
  | 'title'
  | 'format'
  | 'attributes'
  | 'price'
  | 'currency'
  | 'on_hand'
  | 'simulated'
> & { source: string; reason: { code: string; product_ids: string[]; text: string }; position: number }
export type Recommendations = {
  recommendation_id: string
  degraded: boolean
  degraded_reason?: string
  items: Recommendation[]
}
export type Forecast = Pick<ServedForecast, 'daily' | 'why' | 'unavailable' | 'simulated'> & {
  from: string | null
  rows: {
    day: string
    units?: number
    out_of_stock?: boolean | null
    mean?: number
    lower?: number | null
    upper?: number | null
  }[]
  stock_out: { p10: string | null; p50: string | null; p90: string | null }
  order?: { state: string; quantity: number; why: string; decision: string | null }
  days_of_cover: number | null
  reorder_point: number | null
  lead_time_days: number | null
}
export type Customer = { customer_id: string; country: string; orders: number; last_order_at: string }
export type CustomerOrder = {
  order_id: string
  state: string
  occurred_at: string
  amount: string
  currency: string | null
  lines: number
}
export type Order = {
  order_id: string
  state: string
  currency: string | null
  timeline: { step: string; occurred_at: string; state: string; legal: boolean; reason: string | null }[]
  lines: {
    line_id: number
    movement: string
    kind: string
    product_id: string | null
    title: string | null
    description: string
    quantity: number
    unit_price: string
    amount: string
  }[]
}

export type Page<Item> = { items: Item[]; total: number; next_cursor?: number }
type Query = Record<string, string | number | undefined>

const path = (id: string) => encodeURIComponent(id)

/** The API answered, but not with what was asked for. */
export class ShopError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** What this page asks of the API that serves it. */
export const shopApi = {
  shop: () => get<Shop>('/v1/shop'),
  products: (query: Query) => get<Page<Product>>('/v1/products', query),
  product: (id: string) => get<Product & { editions: Product[] }>(`/v1/products/${path(id)}`),
  similar: (id: string, query: Query) => get<{ items: Product[] }>(`/v1/products/${path(id)}/similar`, query),
  search: (query: Query) => get<Page<Product>>('/v1/search', query),
  forecast: (id: string, query: Query) => get<Forecast>(`/v1/forecasts/${path(id)}`, query),
  recommendations: (query: Query) => get<Recommendations>('/v1/recommendations', query),
  customers: (query: Query) => get<{ items: Customer[] }>('/v1/customers', query),
  customerOrders: (id: string, query: Query) =>
    get<{ items: CustomerOrder[] }>(`/v1/customers/${path(id)}/orders`, query),
  order: (id: string) => get<Order>(`/v1/orders/${path(id)}`)
}

/** The API is of the same origin and version as this page, so its answers are taken at their word. */
async function get<Answer>(url: string, query: Query = {}): Promise<Answer> {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  const answer = await fetch(parameters.size > 0 ? `${url}?${parameters}` : url)
  if (answer.ok) return (await answer.json()) as Answer
  const problem = (await answer.json().catch(() => undefined)) as { error?: { message?: string } } | undefined
  throw new ShopError(answer.status, problem?.error?.message ?? `the shop answered ${answer.status}`)
}
