import { bestFirst } from './best-first.ts'
import { stepsOf, type Candidate, type Step } from './purchase-steps.ts'

export type PurchaseLine = {
  product_id: string
  quantity: number
  cost: number
  /** Expected gain of the whole line. */
  value: number
  /** Of the line's last pack, for each unit of money that it costs: what the next unit of money would have bought elsewhere. */
  last_value_per_cost: number
  /** Probability that the last unit is asked for. */
  last_chance: number
  why: string
}

export type PurchaseList = {
  lines: PurchaseLine[]
  spent: number
  rejected: { product_id: string; reason: string }[]
}

/**
 * The next unit, wherever it is worth most for its money (Lokad's prioritised ordering): the k-th unit of a product is worth
 * margin P(D >= k) - carry P(D < k), which falls with k, so taking the best next pack of all products until the budget is
 * spent is what a full search would find, but for what is left of the budget at the end. Lines come best first.
 */
export function purchaseList(candidates: readonly Candidate[], budget = Infinity): PurchaseList {
  const buying = buyLotByLot(candidates, budget)
  for (;;) {
    const turn = buying.next()
    if (turn.done) return turn.value
  }
}

/** The same, a lot a turn: for whoever has others to serve in between. */
export function* buyLotByLot(
  candidates: readonly Candidate[],
  budget: number
): Generator<undefined, PurchaseList> {
  const rejected = candidates.flatMap((candidate) => {
    const reason = reasonAgainst(candidate)
    return reason ? [{ product_id: candidate.product_id, reason }] : []
  })
  const lines = new Map<string, PurchaseLine>()
  const left = new Set<string>()
  const steps = candidates.filter((own) => !reasonAgainst(own)).map((own) => stepsUntil(own, left))
  let spent = 0
  for (const step of bestFirst(steps, isWorthMore)) {
    yield undefined
    const { product_id } = step.candidate
    if (spent + step.cost > budget) {
      left.add(product_id)
      continue
    }
    spent += step.cost
    lines.set(product_id, withStep(lines.get(product_id), step))
  }
  return { lines: [...lines.values()], spent, rejected }
}

/** What one product offers, as long as its last lot was affordable. */
function* stepsUntil(candidate: Candidate, left: ReadonlySet<string>): Generator<Step, undefined> {
  for (const step of stepsOf(candidate)) {
    yield step
    if (left.has(candidate.product_id)) return undefined
  }
  return undefined
}

/** Ties go by id, so that a rerun says the same. */
function isWorthMore(a: Step, b: Step): boolean {
  if (a.perCost !== b.perCost) return a.perCost > b.perCost
  return a.candidate.product_id < b.candidate.product_id
}

function withStep(line: PurchaseLine | undefined, { candidate, ...step }: Step): PurchaseLine {
  return {
    product_id: candidate.product_id,
    quantity: (line?.quantity ?? 0) + step.quantity,
    cost: (line?.cost ?? 0) + step.cost,
    value: (line?.value ?? 0) + step.value,
    last_value_per_cost: step.perCost,
    last_chance: step.chance,
    why: whyThisMany(step)
  }
}

function whyThisMany({ chance, isLast }: Omit<Step, 'candidate'>): string {
  const asked = `the last unit is asked for with ${Math.round(100 * chance)} % probability`
  return isLast
    ? `${asked}; more would lose by lying what they earn, or exceed the maximum`
    : `${asked}; the rest of the budget is worth more elsewhere, or too little`
}

function reasonAgainst({
  outcomes,
  position,
  unitCost,
  margin,
  carry,
  packSize = 1,
  ...rest
}: Candidate): string | undefined {
  const { minimumOrder = 0, stockMax = 0 } = rest
  if (outcomes.length === 0) return 'no forecast'
  if (!Number.isFinite(position)) return 'stock is not known'
  if (!(unitCost > 0 && unitCost < Infinity)) return 'no cost'
  if (!Number.isFinite(margin)) return 'no margin'
  if (!(carry >= 0 && carry < Infinity)) return 'no carrying cost'
  if (!Number.isInteger(packSize) || packSize < 1) return 'pack size is not a whole number from 1'
  if (!(minimumOrder >= 0 && minimumOrder < Infinity)) return 'minimum order is not a number of units'
  return stockMax >= 0 ? undefined : 'maximum is not a number of units'
}
