import { shareOfAtLeast, type Outcomes } from './outcomes.ts'

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
export function* stepsOf(candidate: Candidate): Generator<Step, undefined> {
  const { outcomes, position, packSize = 1, minimumOrder = 0, stockMax = Infinity } = candidate
  const wanted = Math.max(0, Math.min(outcomes.at(-1) ?? 0, stockMax) - position)
  const lot = packSize * Math.max(1, Math.ceil(wanted / packSize / STEPS_MAX))
  let quantity = packSize * Math.max(1, Math.ceil(minimumOrder / packSize))
  let from = position
  let next = stepFrom(candidate, { from, quantity, number: 0, stockMax })
  while (next) {
    const step = next
    from += quantity
    quantity = lot
    next = stepFrom(candidate, { from, quantity, number: step.number + 1, stockMax })
    step.isLast = next === undefined
    yield step
  }
  return undefined
}

type Lot = { from: number; quantity: number; number: number; stockMax: number }

function stepFrom(candidate: Candidate, { from, quantity, number, stockMax }: Lot): Step | undefined {
  if (from + quantity > stockMax) return undefined
  const { value, chance } = lotWorth(candidate, { from, quantity })
  if (!(value > 0)) return undefined
  const cost = quantity * candidate.unitCost
  return { candidate, number, quantity, cost, value, perCost: value / cost, chance, isLast: false }
}

/** Expected gain of the units from + 1 to from + quantity, and the probability that the last of them is asked for. */
export function lotWorth(
  { outcomes, margin, carry }: Candidate,
  lot: { from: number; quantity: number }
): { value: number; chance: number } {
  const { sold, chance } = sales(outcomes, lot)
  return { value: margin * sold - carry * (lot.quantity - sold), chance }
}

const COUNTED_MAX = 20

/** Sum of P(D >= k) over the units from + 1 to from + quantity, and the last of them; of large lots by what each outcome takes. */
function sales(outcomes: Outcomes, { from, quantity }: { from: number; quantity: number }) {
  let sum = 0
  const chance = shareOfAtLeast(outcomes, from + quantity)
  if (quantity <= COUNTED_MAX) {
    for (let unit = 1; unit < quantity; unit++) sum += shareOfAtLeast(outcomes, from + unit)
    return { sold: sum + chance, chance }
  }
  for (const outcome of outcomes) sum += Math.min(quantity, Math.max(0, Math.round(outcome) - from))
  return { sold: sum / outcomes.length, chance }
}
