import { questionsOf, type CustomerPurchases, type Question } from './questions.ts'
import { DAY_MS, type Interactions } from './recommender.ts'

/** What is hidden begins after `cutMs`; the models see what is before, and the questions are what they must foresee. */
export type Split = { cutMs: number; hiddenDays: number; earlier: CustomerPurchases; questions: Question[] }

/** Shorter windows are nearer to what is served; longer ones have more customers, and so narrower intervals. */
const WINDOW_DAYS = [7, 14, 30, 60]
const USERS_ENOUGH = 1_000
const USERS_MIN = 50
/** What is hidden is at most this share of the shop's time. */
const HIDDEN_SHARE_MAX = 1 / 3

/**
 * A global split in time: the shortest window with customers enough, or else the one with the most; undefined when not even
 * that has `USERS_MIN` of them. Judged are customers who bought before and then something new; at most `usersMax`, spread evenly.
 */
export function chooseSplit(
  purchases: CustomerPurchases,
  { endMs, usersMax }: { endMs: number; usersMax: number }
): Split | undefined {
  const spanMs = endMs - (purchases.occurredAtMs[0] ?? endMs)
  let best: Split | undefined
  let most = USERS_MIN - 1
  for (const hiddenDays of WINDOW_DAYS) {
    if (hiddenDays * DAY_MS > spanMs * HIDDEN_SHARE_MAX) break
    const split = splitAt(purchases, { endMs, hiddenDays })
    const users = split.questions.filter(({ fresh }) => fresh.size > 0).length
    if (users <= most) continue
    best = split
    most = users
    if (users >= USERS_ENOUGH) break
  }
  return best && { ...best, questions: spread(best.questions, usersMax) }
}

function splitAt(
  purchases: CustomerPurchases,
  { endMs, hiddenDays }: { endMs: number; hiddenDays: number }
): Split {
  const cutMs = endMs - hiddenDays * DAY_MS
  const after = purchases.occurredAtMs.findIndex((at) => at > cutMs)
  const length = after < 0 ? purchases.occurredAtMs.length : after
  const earlier = part(purchases, 0, length)
  return { cutMs, hiddenDays, earlier, questions: questionsOf(earlier, part(purchases, length)) }
}

/** Views, not copies. */
function part({ customers, works, occurredAtMs }: CustomerPurchases, from: number, to?: number) {
  return {
    customers: customers.subarray(from, to),
    works: works.subarray(from, to),
    occurredAtMs: occurredAtMs.subarray(from, to)
  }
}

function spread(questions: readonly Question[], usersMax: number): Question[] {
  const ordered = questions.toSorted((a, b) => a.customer - b.customer)
  const step = Math.max(1, ordered.length / usersMax)
  return Array.from(
    { length: Math.min(ordered.length, usersMax) },
    (_, i) => ordered[Math.floor(i * step)]
  ).filter((question) => question !== undefined)
}

/** Copies, so that what was hidden is not in the memory of what is fitted. */
export function interactionsUntil(interactions: Interactions, cutMs: number): Interactions {
  const rows = Uint32Array.from(interactions.items.keys()).filter(
    (row) => (interactions.occurredAtMs[row] ?? 0) <= cutMs
  )
  return {
    ...interactions,
    units: rows.map((row) => interactions.units[row] ?? 0),
    items: rows.map((row) => interactions.items[row] ?? 0),
    weights: Float32Array.from(rows, (row) => interactions.weights[row] ?? 0),
    occurredAtMs: Float64Array.from(rows, (row) => interactions.occurredAtMs[row] ?? 0)
  }
}
