import type { ScoredIndexes } from '../contracts/served.ts'
import { fitLift, type LiftOptions } from './lift.ts'
import { GUEST, type CustomerPurchases } from './questions.ts'
import { DAY_MS, decayed, type Interactions } from './recommender.ts'
import { groupByKey } from './sparse.ts'
import { topK } from './top-k.ts'

export type BuyAgainSettings = {
  /** Of each time that the customer bought the work. */
  halfLifeDays: number
  /** Buyers that everybody's share counts for, in the work's own share of buyers who come back. */
  priorBuyers: number
  lift: LiftOptions
}
export type BuyAgain = { propensity: Float32Array; settings: BuyAgainSettings; nowMs: number }
/** A customer's purchases of works, one entry a day on which they bought it, as `purchaseDays` gives them. */
export type PurchaseDays = { items: ArrayLike<number>; occurredAtMs: ArrayLike<number> }

/**
 * Works that a customer had and may want again, by
 *   score(c, i) = share of i's buyers who came back for it × lift of i × sum over the days that c bought i of 2^(-age / half-life).
 * The share is the repeat customer probability of Bhagat et al. 2018 ("Buy It Again", KDD), shrunk to everybody's. Their
 * interval terms (a Poisson-Gamma rate; time since the last purchase against the usual gap) made it worse on Online Retail,
 * and what the season wants (`fitLift`) made it better.
 */
export function fitBuyAgain(
  { purchases, interactions }: { purchases: CustomerPurchases; interactions: Interactions },
  { settings, nowMs }: { settings: BuyAgainSettings; nowMs: number }
): BuyAgain {
  const lift = fitLift(interactions, { ...settings.lift, nowMs })
  const shares = repeatShares(purchases, { itemCount: interactions.itemCount, prior: settings.priorBuyers })
  return { propensity: shares.map((share, item) => share * (lift[item] ?? 1)), settings, nowMs }
}

export function rankBuyAgain(
  { propensity, settings: { halfLifeDays }, nowMs }: BuyAgain,
  bought: PurchaseDays,
  k: number
): ScoredIndexes {
  const scores = new Map<number, number>()
  for (let at = 0; at < bought.items.length; at++) {
    const item = bought.items[at] ?? 0
    const weight = decayed(bought.occurredAtMs[at] ?? 0, { nowMs, halfLifeDays })
    scores.set(item, (scores.get(item) ?? 0) + weight * (propensity[item] ?? 0))
  }
  return topK([...scores.values()], k, { ids: [...scores.keys()] })
}

/** Customer by customer, with the places of their purchases grouped first, so that no more than one of them is held apart. */
export function* purchaseDays(
  purchases: CustomerPurchases,
  isWanted: (customer: number) => boolean = () => true
): Generator<[customer: number, days: PurchaseDays]> {
  const customerCount = purchases.customers.reduce((most, customer) => Math.max(most, customer + 1), 0)
  const keys = Uint32Array.from(purchases.customers, (customer) =>
    customer === GUEST ? customerCount : customer
  )
  const { offsets, places } = groupByKey(keys, customerCount + 1)
  for (let customer = 0; customer < customerCount; customer++) {
    if (!isWanted(customer)) continue
    yield [customer, daysOf(purchases, places.subarray(offsets[customer], offsets[customer + 1]))]
  }
}

/** Two lines of one day are one purchase. */
function daysOf({ works, occurredAtMs }: CustomerPurchases, places: Uint32Array): PurchaseDays {
  const days: { items: number[]; occurredAtMs: number[] } = { items: [], occurredAtMs: [] }
  const lastDays = new Map<number, number>()
  for (const place of places) {
    const item = works[place] ?? 0
    const day = Math.floor((occurredAtMs[place] ?? 0) / DAY_MS)
    if (lastDays.get(item) === day) continue
    lastDays.set(item, day)
    days.items.push(item)
    days.occurredAtMs.push(occurredAtMs[place] ?? 0)
  }
  return days
}

/** (came back + prior × mean) / (buyers + prior), by work. */
function repeatShares(
  purchases: CustomerPurchases,
  { itemCount, prior }: { itemCount: number; prior: number }
): Float32Array {
  const buyers = new Float64Array(itemCount)
  const cameBack = new Float64Array(itemCount)
  for (const [, { items }] of purchaseDays(purchases)) {
    const times = new Map<number, number>()
    for (let at = 0; at < items.length; at++) {
      const item = items[at] ?? 0
      times.set(item, (times.get(item) ?? 0) + 1)
    }
    for (const [item, count] of times) {
      buyers[item] = (buyers[item] ?? 0) + 1
      if (count > 1) cameBack[item] = (cameBack[item] ?? 0) + 1
    }
  }
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  const mean = sum(cameBack) / Math.max(1, sum(buyers))
  return Float32Array.from(buyers, (count, item) => ((cameBack[item] ?? 0) + prior * mean) / (count + prior))
}
