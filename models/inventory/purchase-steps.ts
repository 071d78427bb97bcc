import type { Outcomes } from './outcomes.ts'

/** What one product could be bought for, and what it would bring. */
export type Candidate = {
  product_id: string
  /** Demand until the order after this one arrives. */
  outcomes: Outcomes
  /** What is there or will come, less what is promised. */
  position: number
  unitCost: number
  /** Earned by a unit that is there when it is asked for. */
  margin: number
  /** Lost by a unit that is not asked for over that time. */
  carry: number
  packSize?: number
  minimumOrder?: number
  stockMax?: number
}

/** A lot that could be bought next: the supplier's minimum at first, then pack after pack. */
export type Step = {
  candidate: Candidate
  number: number
  quantity: number
  cost: number
  value: number
  perCost: number
  /** Probability that its last unit is asked for. */
  chance: number
  /** No lot follows that is worth anything. */
  isLast: boolean
}

/** So many steps a product at most; packs beyond are taken several at a time, which only makes them coarser. */
const STEPS_MAX = 250

/** As long as each is worth something, none worth more for its money than the one before. */
export function stepsOf(candidate: Candidate): Step[] {
  const { outcomes, position, unitCost, packSize = 1, minimumOrder = 0, stockMax = Infinity } = candidate
  const first = packSize * Math.max(1, Math.ceil(minimumOrder / packSize))
  const wanted = Math.max(0, Math.min(outcomes.at(-1) ?? 0, stockMax) - position)
  const lot = packSize * Math.max(1, Math.ceil(wanted / packSize / STEPS_MAX))
  const steps: Step[] = []
  let bought = 0
  for (let quantity = first; position + bought + quantity <= stockMax; quantity = lot) {
    const { value, chance } = worthOf(candidate, { from: position + bought, quantity })
    if (!(value > 0)) break
    const cost = quantity * unitCost
    const number = steps.length
    steps.push({ candidate, number, quantity, cost, value, perCost: value / cost, chance, isLast: false })
    bought += quantity
  }
  const last = steps.at(-1)
  if (last) last.isLast = true
  return steps
}

/** Sum of margin P(D >= k) - carry P(D < k) over the units from + 1 to from + quantity, by what of them each outcome asks for. */
function worthOf(
  { outcomes, margin, carry }: Candidate,
  { from, quantity }: { from: number; quantity: number }
): { value: number; chance: number } {
  let sum = 0
  let all = 0
  for (const outcome of outcomes) {
    const asked = Math.min(quantity, Math.max(0, Math.round(outcome) - from))
    sum += asked
    if (asked === quantity) all++
  }
  const sold = sum / outcomes.length
  return { value: margin * sold - carry * (quantity - sold), chance: all / outcomes.length }
}
