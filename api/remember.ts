import type { Registry } from 'prom-client'
import { Counter } from 'prom-client'
import type { Warehouse } from './clickhouse.ts'

/** Sales count within a minute of their events, so nobody sees this; a board's panels and viewers ask the same at once. */
const KEPT_MS = 5_000
/** An answer may have 10,000 rows. */
const KEPT_MAX = 100

/**
 * The same warehouse, which asks each question about sales once in a few seconds however many ask it. Answers are
 * shared: nobody may change them. What failed is forgotten at once.
 */
export function rememberAnswers(warehouse: Warehouse, registry: Registry, now = Date.now): Warehouse {
  const questions = new Counter({
    name: 'flipside_warehouse_questions_total',
    help: 'Questions about sales, by where the answer came from: memory or warehouse',
    labelNames: ['result'],
    registers: [registry]
  })
  const kept = new Map<string, { answer: Promise<unknown>; untilMs: number }>()

  /** The oldest come first. */
  function forget(): void {
    for (const [key, { untilMs }] of kept) {
      if (untilMs > now() && kept.size <= KEPT_MAX) return
      kept.delete(key)
    }
  }

  function remember<Asked extends unknown[], Answer>(
    name: string,
    ask: (...asked: Asked) => Promise<Answer>
  ) {
    return (...asked: Asked): Promise<Answer> => {
      const key = `${name} ${JSON.stringify(asked)}`
      const known = kept.get(key)
      const isFresh = known !== undefined && known.untilMs > now()
      questions.inc({ result: isFresh ? 'memory' : 'warehouse' })
      // Under this name and these arguments only this function's answers are kept.
      if (isFresh) return known.answer as Promise<Answer>
      const answer = ask(...asked)
      kept.delete(key)
      kept.set(key, { answer, untilMs: now() + KEPT_MS })
      forget()
      answer.catch(() => kept.delete(key))
      return answer
    }
  }
  return {
    ...warehouse,
    readLastSalesDay: remember('last day', warehouse.readLastSalesDay),
    readSales: remember('sales', warehouse.readSales),
    readMovers: remember('movers', warehouse.readMovers),
    readMostServed: remember('most served', warehouse.readMostServed)
  }
}
