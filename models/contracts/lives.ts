/**
 * The lives of orders and rentals: by state, the steps (event types) that may come next and the state that each leads to.
 * A life begins in the state `none`. The warehouse's views take the same tables (`ingest/migrate.ts`), so the API and
 * SQL cannot disagree.
 */
export type Moves = Record<string, Record<string, string>>

/** An order's life: each state names the steps that may come next and what they make of the order. */
export const orderMoves = {
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
} as const satisfies Moves

/** A rental's life. Deposits are money beside it and move nothing. */
export const rentalMoves = {
  none: { rental_started: 'out' },
  out: {
    rental_renewed: 'out',
    rental_returned: 'returned',
    rental_reversed: 'reversed',
    rental_lost: 'lost'
  },
  // What was given up as lost may still turn up, and a return booked by mistake may be taken back.
  lost: { rental_returned: 'returned', rental_reversed: 'reversed' },
  returned: { rental_reversed: 'reversed' },
  reversed: {}
} as const satisfies Moves

export const orderStates = Object.keys(orderMoves) as (keyof typeof orderMoves)[]
export type OrderState = keyof typeof orderMoves

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
function nextState(state: OrderState, step: string): OrderState | undefined {
  const next: Record<string, OrderState> = orderMoves[state]
  return Object.hasOwn(next, step) ? next[step] : undefined
}
