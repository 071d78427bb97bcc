import { orderFor, type PackTerms } from './replenish.ts'

/** What a policy says at a review: order when the position is at or below the one, up to the other. */
export type Decision = { reorder_point: number; order_up_to: number }

export type ReplayOptions = {
  leadTimeDays: number
  reviewDays: number
  terms?: PackTerms
  /** Days at the beginning that are played and not counted: the first stock is nobody's decision. */
  warmUpDays: number
  /** What the policy knows and says on a day, before which nothing of that day or later may be known. */
  decide: (day: number) => Decision
}

export type Replayed = {
  days: number
  demanded: number
  filled: number
  /** Days on which something was asked for that was not there. */
  stockOutDays: number
  /** Sum over the days of what is on hand at their end. */
  stockDays: number
  orders: number
  ordered: number
}

/**
 * One product's days as they would have been: goods come in before the first sale, what is not there is lost, and on review
 * days an order is placed after the last sale of the day before. Begins with a full shelf.
 */
export function replayDays(demand: ArrayLike<number>, options: ReplayOptions): Replayed {
  const { leadTimeDays, reviewDays, terms = {}, warmUpDays, decide } = options
  const due = new Float64Array(demand.length + leadTimeDays + 1)
  const sum: Replayed = {
    days: 0,
    demanded: 0,
    filled: 0,
    stockOutDays: 0,
    stockDays: 0,
    orders: 0,
    ordered: 0
  }
  let onHand = Math.max(0, decide(0).order_up_to)
  let onOrder = 0
  for (let day = 0; day < demand.length; day++) {
    const isCounted = day >= warmUpDays
    if (day % Math.max(1, reviewDays) === 0) {
      const { quantity } = orderFor(onHand + onOrder, decide(day), terms)
      due[day + leadTimeDays] = (due[day + leadTimeDays] ?? 0) + quantity
      onOrder += quantity
      if (isCounted && quantity > 0) {
        sum.orders++
        sum.ordered += quantity
      }
    }
    const arrived = due[day] ?? 0
    onHand += arrived
    onOrder -= arrived
    const asked = demand[day] ?? 0
    const filled = Math.min(asked, onHand)
    onHand -= filled
    if (!isCounted) continue
    sum.days++
    sum.demanded += asked
    sum.filled += filled
    if (filled < asked) sum.stockOutDays++
    sum.stockDays += onHand
  }
  return sum
}
