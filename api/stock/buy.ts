import { setImmediate as yieldToRequests } from 'node:timers/promises'
import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { candidateOf } from '../../models/inventory/assess.ts'
import { buyLotByLot, type PurchaseLine, type PurchaseList } from '../../models/inventory/purchase-list.ts'
import type { Candidate } from '../../models/inventory/purchase-steps.ts'
import { tooBusy } from '../errors.ts'
import type { ServingState } from '../serving.ts'
import type { Ranked } from './ranking.ts'
import { standingOf } from '../../models/inventory/dated.ts'

/** The best of the list: what is behind them would not be bought before them. */
export const CANDIDATES_MAX = 1_000
/** Of each candidate so many equally likely demands are kept: as fine as a forecast is. */
const OUTCOMES_MAX = 200
/** A turn of the event loop for requests that wait. */
const TURN_MS = 8
const WAITING_MAX = 4

export type Bought = {
  lines: { record: ServedReplenishment; line: PurchaseLine }[]
  spent: number
  candidates: number
  rejected: PurchaseList['rejected']
}
export type Buyer = (list: Ranked, terms: { budget: number; currency: string }) => Promise<Bought>

/** What to buy with so much money. One list after the other, and never long at a stretch. */
export function createBuyer(serving: ServingState, yearlyCarryShare: number): Buyer {
  let waiting = 0
  let before: Promise<unknown> = Promise.resolve()

  async function buy(
    list: Ranked,
    { budget, currency }: { budget: number; currency: string }
  ): Promise<Bought> {
    const considered = list.slice(0, CANDIDATES_MAX).map(({ row }) => row)
    const known = new Map(considered.map((record) => [record.product_id, record]))
    const candidates: Candidate[] = []
    const rejected: PurchaseList['rejected'] = []
    const turn = createTurns()
    for (const record of considered) {
      const { product_id } = record
      const forecast = serving.forecasts.get(product_id)
      const candidate =
        record.currency === currency
          ? candidateOf(standingOf(record, forecast?.demand, yearlyCarryShare))
          : undefined
      if (candidate) candidates.push({ ...candidate, outcomes: thinned(candidate.outcomes) })
      else rejected.push({ product_id, reason: reasonAgainst(record.currency, currency) })
      if (turn.isOver()) await turn.next()
    }
    const buying = buyLotByLot(candidates, budget)
    let step = buying.next()
    for (; !step.done; step = buying.next()) if (turn.isOver()) await turn.next()
    return {
      lines: step.value.lines.flatMap((line) => {
        const record = known.get(line.product_id)
        return record ? [{ record, line }] : []
      }),
      spent: step.value.spent,
      candidates: candidates.length,
      rejected: [...rejected, ...step.value.rejected]
    }
  }

  return async (list, terms) => {
    if (waiting >= WAITING_MAX) throw tooBusy('budgets_wait', 'other budgets are being spent; ask again')
    waiting++
    const own = before.then(() => buy(list, terms))
    before = own.catch(() => undefined)
    try {
      return await own
    } finally {
      waiting--
    }
  }
}

const reasonAgainst = (own: string, currency: string) =>
  own === currency ? 'stock, lead time, cost, price or forecast is missing' : `costs are in ${own}`

function createTurns() {
  let began = performance.now()
  return {
    isOver: () => performance.now() - began > TURN_MS,
    async next() {
      await yieldToRequests()
      began = performance.now()
    }
  }
}

/** The middles of as many equal slices as are kept. */
function thinned(outcomes: Float64Array): Float64Array {
  if (outcomes.length <= OUTCOMES_MAX) return outcomes
  const width = outcomes.length / OUTCOMES_MAX
  return Float64Array.from(
    { length: OUTCOMES_MAX },
    (_, slice) => outcomes[Math.floor((slice + 0.5) * width)] ?? 0
  )
}
