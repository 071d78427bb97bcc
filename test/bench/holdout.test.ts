import { describe, expect, it } from 'vitest'
import { holdout } from '../../bench/holdout.ts'
import { readPurchases, splitAt, type Purchases } from '../../bench/holdout/purchases.ts'
import { recallOf } from '../../bench/holdout/recall.ts'
import { tune, WINDOW_DAYS } from '../../bench/holdout/tune.ts'
import { readLine, type LineResult } from '../../embedded/shops/online-retail/lines.ts'
import { bootstrap, weightedMean } from '../../models/recommend/bootstrap.ts'
import { GUEST, questionsOf } from '../../models/recommend/questions.ts'

const DAY_MS = 86_400_000
const END_MS = Date.UTC(2011, 11, 9)
const CUT_MS = END_MS - WINDOW_DAYS * DAY_MS
const CUSTOMERS = 40
const WORKS = 150

type Row = { basket: number; customer: number; work: number; at: number }

/** Customers of three tastes, a basket every other week for 150 days; what they buy drifts, so settings matter. */
function anyPurchases(seed: number): Purchases {
  let state = seed
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  const rows: Row[] = []
  let basket = 0
  for (let day = 150; day >= 0; day--) {
    for (let customer = 0; customer < CUSTOMERS; customer++) {
      if ((day + customer) % 14 !== 0) continue
      const at = END_MS - day * DAY_MS
      for (let i = 0; i < 4; i++) {
        const drift = Math.floor((150 - day) / 20)
        const work = (3 * Math.floor((next() * WORKS) / 6) + (customer % 3) + 3 * drift) % WORKS
        rows.push({ basket, customer: customer % 7 === 0 ? GUEST : customer, work, at })
      }
      basket++
    }
  }
  return purchasesOf(rows)
}

function purchasesOf(rows: readonly Row[]): Purchases {
  return {
    basketCount: 1 + Math.max(...rows.map(({ basket }) => basket)),
    customerCount: CUSTOMERS,
    workCount: WORKS,
    baskets: Uint32Array.from(rows, ({ basket }) => basket),
    customers: Int32Array.from(rows, ({ customer }) => customer),
    works: Uint32Array.from(rows, ({ work }) => work),
    occurredAtMs: Float64Array.from(rows, ({ at }) => at),
    titles: rows.map(({ work }) => `work ${work}`)
  }
}

describe('the hold-out', () => {
  const purchases = anyPurchases(7)

  it('chooses the same settings whatever happened in the hidden window', () => {
    const honest = holdout(purchases, { passes: 1, report: () => {} })
    const { occurredAtMs } = purchases
    const otherWorks = purchases.works.map((work, row) =>
      (occurredAtMs[row] ?? 0) > CUT_MS ? (work * 7 + 3) % WORKS : work
    )
    const shuffled = holdout({ ...purchases, works: otherWorks }, { passes: 1, report: () => {} })
    expect(shuffled.settings).toEqual(honest.settings)
    expect(shuffled.validation_recall_at_20).toBe(honest.validation_recall_at_20)
    expect(shuffled.recall_at_20).not.toBe(honest.recall_at_20)
  })

  it('chooses other settings when the days that it may see say otherwise', () => {
    const { training } = splitAt(purchases, CUT_MS)
    const seen = tune(training, { endMs: CUT_MS, passes: 1, report: () => {} })
    const other = tune(splitAt(anyPurchases(99), CUT_MS).training, {
      endMs: CUT_MS,
      passes: 1,
      report: () => {}
    })
    expect(seen.tried).toBeGreaterThan(20)
    expect(other.recall).not.toBe(seen.recall)
  })

  it('judges each model alone on the customers of the blend, and the blend against it', () => {
    const { singles, recall_at_20, metrics } = holdout(purchases, { passes: 0, report: () => {} })
    expect(singles.map(({ model }) => model)).toEqual([
      'bought_together',
      'similar',
      'popular',
      'co-occurrence without lift',
      'content without lift',
      'sparse ridge'
    ])
    for (const { recall_at_20: recall, interval, ratio, ratio_interval } of singles) {
      expect(recall).toBeGreaterThanOrEqual(interval[0] ?? NaN)
      expect(recall).toBeLessThanOrEqual(interval[1] ?? NaN)
      expect(ratio).toBeGreaterThanOrEqual(ratio_interval[0] ?? NaN)
      expect(ratio).toBeLessThanOrEqual(ratio_interval[1] ?? NaN)
    }
    expect(metrics['recall']).toBe(recall_at_20)
  })

  it('never splits a purchase into both parts', () => {
    const { training, window } = splitAt(purchases, CUT_MS)
    expect(training.works.length + window.works.length).toBe(purchases.works.length)
    expect(Math.max(...training.occurredAtMs)).toBeLessThanOrEqual(CUT_MS)
    expect(Math.min(...window.occurredAtMs)).toBeGreaterThan(CUT_MS)
  })

  it('asks about known customers from before, and tells new works from repeats', () => {
    const at = (day: number) => END_MS + day * DAY_MS
    const { training, window } = splitAt(
      purchasesOf([
        { basket: 0, customer: 1, work: 4, at: at(-40) },
        { basket: 1, customer: GUEST, work: 5, at: at(-39) },
        { basket: 2, customer: 1, work: 4, at: at(-2) },
        { basket: 2, customer: 1, work: 6, at: at(-2) },
        { basket: 3, customer: 2, work: 6, at: at(-1) },
        { basket: 4, customer: GUEST, work: 5, at: at(0) }
      ]),
      CUT_MS
    )
    expect(questionsOf(training, window)).toEqual([
      { customer: 1, owned: new Map([[4, at(-40)]]), fresh: new Set([6]), again: new Set([4]) }
    ])
  })

  it('reads sold product lines only, by work', async () => {
    const line = (invoice: string, code: string, quantity: string) =>
      readLine([invoice, code, 'CUP', quantity, '2011-01-05 10:00:00', '1.0', '12345', 'France'], 1)
    async function* lines(): AsyncGenerator<LineResult> {
      yield* [line('500001', '12345A', '2'), line('500001', '12345b', '1'), line('C500002', '12345A', '-2')]
      yield* [line('500003', 'POST', '1'), line('500004', '54321', '-1'), line('500005', '54321', '3')]
    }
    const read = await readPurchases(lines())
    expect([...read.works]).toEqual([0, 0, 1])
    expect([...read.customers]).toEqual([0, 0, 0])
    expect(read.basketCount).toBe(2)
  })
})

describe('recall', () => {
  it('is hits over what was bought', () => {
    expect(recallOf([1, 2, 3], new Set([2, 9]))).toBe(0.5)
  })

  it('has an interval around the mean that narrows with more customers', () => {
    const width = (count: number) => {
      const recalls = Array.from({ length: count }, (_, i) => i % 2)
      const [low, high] = bootstrap(count, (draws) => weightedMean(recalls, draws))
      expect(low).toBeLessThan(0.5)
      expect(high).toBeGreaterThan(0.5)
      return high - low
    }
    expect(width(400)).toBeLessThan(width(40))
    expect(width(400)).toBeCloseTo(2 * 1.96 * Math.sqrt(0.25 / 400), 1)
  })
})
