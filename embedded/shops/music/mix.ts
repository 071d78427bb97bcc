import { eventTypes, type EventType } from '../../../models/contracts/events.ts'

/** How many events a day the default number of shoppers makes, on average. */
export const EVENTS_A_DAY = 2_950

/**
 * Per cent of all events after the opening day, as the simulation gives them whatever its seed: shares follow from what
 * shoppers do, and a test holds them here. The rarest happen every few days.
 */
const SHARES: Record<EventType, number> = {
  product_viewed: 55.075,
  list_viewed: 6.63,
  product_clicked: 5.65,
  cart_added: 4.09,
  searched: 3.1,
  stock_reserved: 2.74,
  stock_shipped: 2.7,
  recommendation_served: 1.86,
  recommendation_viewed: 1.86,
  recommendation_clicked: 1.58,
  order_placed: 1.57,
  order_paid: 1.54,
  order_confirmed: 1.49,
  order_shipped: 1.49,
  order_completed: 1.44,
  wishlist_added: 1.11,
  customer_logged_in: 0.69,
  product_rated: 0.63,
  customer_updated: 0.49,
  stock_alert_raised: 0.36,
  cart_removed: 0.32,
  stock_alert_cleared: 0.32,
  customer_registered: 0.3,
  feedback_given: 0.23,
  rental_started: 0.22,
  purchase_ordered: 0.22,
  purchase_received: 0.21,
  rental_returned: 0.2,
  deposit_taken: 0.18,
  price_changed: 0.17,
  deposit_returned: 0.16,
  consent_changed: 0.15,
  order_refunded: 0.13,
  stock_released: 0.12,
  payment_failed: 0.11,
  stock_counted: 0.09,
  stock_returned: 0.09,
  return_requested: 0.09,
  return_received: 0.08,
  promotion_scheduled: 0.07,
  order_cancelled: 0.07,
  suggestion_accepted: 0.05,
  stock_threshold_set: 0.05,
  stock_received: 0.03,
  rental_renewed: 0.03,
  stock_adjusted: 0.03,
  product_upserted: 0.02,
  suggestion_edited: 0.02,
  suggestion_snoozed: 0.02,
  stock_alert_snoozed: 0.02,
  stock_initialised: 0.02,
  product_retired: 0.01,
  purchase_cancelled: 0.005,
  rule_published: 0.01,
  customer_erased: 0.01,
  rule_retired: 0.007,
  rental_reversed: 0.006,
  rental_lost: 0.004,
  api_key_revoked: 0.004,
  api_key_issued: 0.004,
  supplier_upserted: 0.003,
  experiment_stopped: 0.002,
  experiment_started: 0.002
}

/** The fixed mix that benches send, most frequent first; shares add up to 1. */
export function describeMix(): { type: EventType; share: number }[] {
  const total = eventTypes.reduce((sum, type) => sum + SHARES[type], 0)
  return eventTypes
    .map((type) => ({ type, share: SHARES[type] / total }))
    .toSorted((a, b) => b.share - a.share)
}
