import { readFileSync } from 'node:fs'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import type { OrderStep } from '../models/contracts/lives.ts'
import { writeMoversQuery, type MoversQuestion } from './sales-movers.ts'
import { writeSoFarQuery, type SoFarQuestion, type SoFarRow } from './sales-so-far.ts'
import { writeSalesQuery, type SalesQuestion, type SalesRow } from './sales-query.ts'

export type StoredStep = OrderStep & {
  customer_id: string
  country: string
  amount: string
  currency: string
  reason: string
}
export type StoredLine = {
  line_id: number
  movement: string
  kind: string
  product_id: string
  description: string
  quantity: number
  unit_price: string
  amount: string
  currency: string
  tax_included: boolean
}
export type Customer = { customer_id: string; country: string; orders: number; last_order_at: string }
/** The steps of an order in parallel arrays. */
export type CustomerOrder = {
  order_id: string
  steps: string[]
  times: string[]
  amounts: string[]
  line_counts: number[]
  currencies: string[]
}
type ProductDays = { product_id: string; to: string }
export type MostServed = { product_id: string; served: number; clicked: number; click_rate: number | null }

/** The questions that the API asks the warehouse. Each rejects when the warehouse does not answer in time. */
export type Warehouse = {
  ping: () => Promise<void>
  readOrderSteps: (order_id: string) => Promise<StoredStep[]>
  readOrderLines: (order_id: string) => Promise<StoredLine[]>
  readCustomers: (limit: number) => Promise<Customer[]>
  readCustomerOrders: (customer_id: string, limit: number) => Promise<CustomerOrder[]>
  readLastSalesDay: () => Promise<string | undefined>
  readSales: (question: SalesQuestion) => Promise<SalesRow[]>
  readMovers: (question: MoversQuestion) => Promise<SalesRow[]>
  readSalesSoFar: (question: SoFarQuestion) => Promise<SoFarRow[]>
  readMostServed: (request: { from: string; to: string; limit: number }) => Promise<MostServed[]>
  readProductSales: (asked: ProductDays, signal?: AbortSignal) => Promise<{ day: string; units: number }[]>
  readProductStock: (asked: ProductDays, signal?: AbortSignal) => Promise<{ day: string; sellable: number }[]>
}

const REQUEST_TIMEOUT_MS = 10_000
const EXECUTION_SECONDS_MAX = 8

export function openWarehouse(access: {
  url: string
  username: string
  password: string
}): Warehouse & { close: () => Promise<void> } {
  const client = createClient({
    ...access,
    request_timeout: REQUEST_TIMEOUT_MS,
    // Failures reach the caller, who logs them once.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      max_execution_time: EXECUTION_SECONDS_MAX,
      date_time_output_format: 'iso',
      output_format_json_quote_64bit_integers: 0
    }
  })
  const read = <Row>(name: string) => queryFile<Row>(client, name)
  const steps = read<StoredStep>('order-steps')
  const lines = read<StoredLine>('order-lines')
  const customers = read<Customer>('customers')
  const customerOrders = read<CustomerOrder>('customer-orders')
  const lastSalesDay = read<{ day: string }>('sales-last-day')
  const mostServed = read<MostServed>('most-served')
  const productSales = read<{ day: string; units: number }>('product-sales')
  const productStock = read<{ day: string; sellable: number }>('product-stock')
  return {
    ping: async () => {
      const answer = await client.ping()
      if (!answer.success) throw answer.error
    },
    readOrderSteps: (order_id) => steps({ order_id }),
    readOrderLines: (order_id) => lines({ order_id }),
    readCustomers: (limit) => customers({ limit }),
    readCustomerOrders: (customer_id, limit) => customerOrders({ customer_id, limit }),
    readLastSalesDay: async () => (await lastSalesDay({}))[0]?.day,
    readSales: async (question) => {
      const answer = await client.query({ ...writeSalesQuery(question), format: 'JSONEachRow' })
      return answer.json<SalesRow>()
    },
    readMovers: async (question) => {
      const answer = await client.query({ ...writeMoversQuery(question), format: 'JSONEachRow' })
      return answer.json<SalesRow>()
    },
    readSalesSoFar: async (question) => {
      const answer = await client.query({ ...writeSoFarQuery(question), format: 'JSONEachRow' })
      return answer.json<SoFarRow>()
    },
    readMostServed: (request) => mostServed(request),
    readProductSales: ({ product_id, to }, signal) => productSales({ product_id, to }, signal),
    readProductStock: ({ product_id, to }, signal) => productStock({ product_id, to }, signal),
    close: () => client.close()
  }
}

/** The file is read once, when the API starts: a missing one is told then. */
function queryFile<Row>(client: ClickHouseClient, name: string) {
  const query = readFileSync(new URL(`queries/${name}.sql`, import.meta.url), 'utf8')
  return async (query_params: Record<string, unknown>, signal?: AbortSignal): Promise<Row[]> => {
    const answer = await client.query({
      query,
      query_params,
      format: 'JSONEachRow',
      ...(signal && { abort_signal: signal })
    })
    return answer.json<Row>()
  }
}
