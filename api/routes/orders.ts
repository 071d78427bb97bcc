import { Type } from 'typebox'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import type { CustomerOrder, StoredLine, StoredStep } from '../clickhouse.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { errorAnswers, unknownId } from '../errors.ts'
import { orderState, orderStates } from '../../models/contracts/lives.ts'
import type { ServingState } from '../serving.ts'
import { fromWarehouse } from '../warehouse-answer.ts'
import { Currency, Limit, Money, Nullable } from './schemas.ts'

const State = Type.Enum([...orderStates], { description: 'After the last legal step' })
const TimelineStep = Type.Object({
  step: Type.String({ description: 'Event type' }),
  occurred_at: Type.String(),
  state: State,
  legal: Type.Boolean({ description: 'False: this step may not follow; it is kept, and moved nothing' }),
  amount: Nullable(Money),
  reason: Nullable(Type.String())
})
const Line = Type.Object({
  line_id: Type.Integer(),
  movement: Type.String({ description: 'order_placed or order_refunded' }),
  kind: Type.String(),
  product_id: Nullable(Type.String()),
  title: Nullable(Type.String(), { description: "The product's title today; null when it is none" }),
  description: Type.String({ description: "The line's own words; empty when it had none" }),
  quantity: Type.Integer({ description: 'Negative on refunds' }),
  unit_price: Money,
  amount: Money
})
const Order = Type.Object(
  {
    order_id: Type.String(),
    state: State,
    customer_id: Nullable(Type.String(), { description: 'Pseudonym; null for guests' }),
    country: Nullable(Type.String()),
    currency: Nullable(Currency, { description: 'Null when no step named one' }),
    placed_amount: Money,
    paid_amount: Money,
    refunded_amount: Type.String({ description: 'Given back, as a negative amount' }),
    timeline: Type.Array(TimelineStep),
    lines: Type.Array(Line)
  },
  { description: 'The order, its timeline and its lines' }
)

const CustomersAnswer = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        customer_id: Type.String(),
        country: Type.String(),
        orders: Type.Integer(),
        last_order_at: Type.String()
      })
    )
  },
  { description: 'Those with most orders first' }
)
const CustomerOrders = Type.Object(
  {
    customer_id: Type.String(),
    items: Type.Array(
      Type.Object({
        order_id: Type.String(),
        state: State,
        occurred_at: Type.String({ description: 'Its first step' }),
        amount: Money,
        currency: Nullable(Currency, { description: 'Null when no step named one' }),
        lines: Type.Integer()
      })
    )
  },
  { description: 'The newest first' }
)

export function registerOrders(app: ApiApp, { warehouse, serving }: ApiDependencies): void {
  app.get(
    '/v1/orders/:order_id',
    {
      schema: {
        summary: 'State, timeline and lines of an order or credit note',
        tags: ['orders'],
        params: Type.Object({ order_id: Type.String({ minLength: 1 }) }),
        response: { 200: Order, ...errorAnswers(404, 503) }
      }
    },
    async ({ params: { order_id } }) => {
      const [steps, lines] = await fromWarehouse(
        Promise.all([warehouse.readOrderSteps(order_id), warehouse.readOrderLines(order_id)])
      )
      if (steps.length === 0) throw unknownId('order_id', order_id)
      const order = describeOrder(order_id, steps)
      return { ...order, lines: lines.map((line) => describeLine(line, serving)) }
    }
  )

  app.get(
    '/v1/customers',
    {
      schema: {
        summary: 'Customers with most orders',
        tags: ['orders'],
        querystring: Type.Object(
          { limit: Limit({ default: 20, maximum: 100 }) },
          { additionalProperties: false }
        ),
        response: { 200: CustomersAnswer, ...errorAnswers(400, 503) }
      }
    },
    async ({ query: { limit } }) => ({ items: await fromWarehouse(warehouse.readCustomers(limit)) })
  )

  app.get(
    '/v1/customers/:customer_id/orders',
    {
      schema: {
        summary: "A customer's orders and credit notes",
        tags: ['orders'],
        params: Type.Object({ customer_id: Type.String({ minLength: 1 }) }),
        querystring: Type.Object(
          { limit: Limit({ default: 20, maximum: 100 }) },
          { additionalProperties: false }
        ),
        response: { 200: CustomerOrders, ...errorAnswers(400, 404, 503) }
      }
    },
    async ({ params: { customer_id }, query: { limit } }) => {
      const orders = await fromWarehouse(warehouse.readCustomerOrders(customer_id, limit))
      if (orders.length === 0) throw unknownId('customer_id', customer_id)
      return { customer_id, items: orders.map(describeCustomerOrder) }
    }
  )
}

function describeOrder(order_id: string, steps: readonly StoredStep[]) {
  const { state, timeline } = orderState(steps)
  const sumOf = (step: string) =>
    formatMoney(
      steps.filter((one) => one.step === step).reduce((sum, one) => sum + parseMoney(one.amount), 0n)
    )
  return {
    order_id,
    state,
    customer_id: steps.find((step) => step.customer_id)?.customer_id ?? null,
    country: steps.find((step) => step.country)?.country ?? null,
    currency: steps.find((step) => step.currency)?.currency ?? null,
    placed_amount: sumOf('order_placed'),
    paid_amount: sumOf('order_paid'),
    refunded_amount: sumOf('order_refunded'),
    timeline: timeline.map((step, i) => ({
      ...step,
      amount: STEPS_WITH_MONEY.has(step.step) ? (steps[i]?.amount ?? null) : null,
      reason: steps[i]?.reason || null
    }))
  }
}

const describeLine = (line: StoredLine, { products }: ServingState) => ({
  ...line,
  product_id: line.product_id || null,
  title: products.byId.get(line.product_id)?.title ?? null
})

const STEPS_WITH_MONEY = new Set(['order_placed', 'order_paid', 'order_refunded'])

/** What it comes to is said by the order, or by the refund of one that is not known. */
function describeCustomerOrder({ order_id, steps, times, amounts, line_counts, currencies }: CustomerOrder) {
  const { state } = orderState(steps.map((step, i) => ({ step, occurred_at: times[i] ?? '' })))
  const told =
    ['order_placed', 'order_refunded'].map((step) => steps.indexOf(step)).find((at) => at >= 0) ?? 0
  return {
    order_id,
    state,
    occurred_at: times[0] ?? '',
    amount: amounts[told] ?? '0',
    currency: currencies.find((currency) => currency !== '') ?? null,
    lines: line_counts[told] ?? 0
  }
}
