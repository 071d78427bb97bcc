/** An order's life. Each state names the steps that may come next and what they make of the order. */
const moves = {
  // A credit note that names no order begins with the goods or with the money.
  none: { order_placed: 'placed', return_received: 'return_received', order_refunded: 'refunded' },
  placed: {
    order_confirmed: 'confirmed',
    order_paid: 'paid',
    payment_failed: 'payment_failed',
    order_cancelled: 'cancelled'
  },
  confirmed: { order_paid: 'paid', payment_failed: 'payment_failed', order_cancelled: 'cancelled' },
  payment_failed: { order_paid: 'paid', payment_failed: 'payment_failed', order_cancelled: 'cancelled' },
  paid: { order_shipped: 'shipped', order_cancelled: 'cancelled', order_refunded: 'refunded' },
  shipped: {
    order_completed: 'completed',
    return_requested: 'return_requested',
    return_received: 'return_received',
    order_refunded: 'refunded'
  },
  completed: {
    return_requested: 'return_requested',
    return_received: 'return_received',
    order_refunded: 'refunded'
  },
  return_requested: { return_received: 'return_received', order_refunded: 'refunded' },
  return_received: { order_refunded: 'refunded' },
  cancelled: { order_refunded: 'refunded' },
  // A part may be given back first and the rest later.
  refunded: {
    order_refunded: 'refunded',
    return_requested: 'return_requested',
    return_received: 'return_received'
  }
} as const satisfies Record<string, Record<string, string>>

export const orderStates = Object.keys(moves) as (keyof typeof moves)[]
export type OrderState = keyof typeof moves

export type OrderStep = { step: string; occurred_at: string }

/** The order after the step. */
export type TimelineStep = OrderStep & { state: OrderState; legal: boolean }

/** The state is that of the last legal step: an illegal one is shown and flagged, but moves nothing. */
export function orderState(steps: readonly OrderStep[]): { state: OrderState; timeline: TimelineStep[] } {
  let state: OrderState = 'none'
  const timeline: TimelineStep[] = []
  for (const { step, occurred_at } of steps) {
    const next = nextState(state, step)
    state = next ?? state
    timeline.push({ step, occurred_at, state, legal: next !== undefined })
  }
  return { state, timeline }
}

/** Undefined when the step may not follow the state. */
export function nextState(state: OrderState, step: string): OrderState | undefined {
  const next: Record<string, OrderState> = moves[state]
  return Object.hasOwn(next, step) ? next[step] : undefined
}
