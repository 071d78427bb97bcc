import { isDormant } from './dormant.ts'
import { HISTORY_DAYS_MIN } from './forecaster.ts'

export type HistoryState = 'never sold' | 'new' | 'dormant' | 'too little history' | 'active'

const SALE_DAYS_MIN = 2

/** What a product's days say of it, in a word for programs and a sentence for people; each product is in one state. */
export function stateOf(units: Float64Array): { state: HistoryState; why: string } {
  const first = units.findIndex((value) => value > 0)
  if (first < 0) return { state: 'never sold', why: `no sale in ${daysText(units.length)}` }
  const days = units.length - first
  const quietDays = units.length - 1 - units.findLastIndex((value) => value > 0)
  const saleDays = units.reduce((count, value) => count + (value > 0 ? 1 : 0), 0)
  if (days < HISTORY_DAYS_MIN)
    return { state: 'new', why: `first sold ${daysText(days)} ago; its forecast leans on launches like it` }
  if (isDormant(units.subarray(first)))
    return {
      state: 'dormant',
      why: `no sale for ${daysText(quietDays)}, too long for what sold on ${daysText(saleDays)} before`
    }
  if (saleDays < SALE_DAYS_MIN)
    return {
      state: 'too little history',
      why: `sold on one day of ${days} only; it is forecast as products like it`
    }
  return { state: 'active', why: `sold on ${saleDays} of ${daysText(days)}` }
}

const daysText = (days: number) => (days === 1 ? '1 day' : `${days} days`)
