import type { ShopEvent } from '../../models/contracts/events.ts'
import { parseMoney } from '../../models/contracts/money.ts'

/** What was sent and acknowledged in all rounds so far: what the warehouse must hold, and no more. */
export type Ledger = {
  /** Acknowledged events by id, with what their order lines come to. */
  events: Map<string, { round: number; topic: string; amount: bigint }>
  /** Bad messages by the body that is kept of them: how often they were tried to be sent, and how often acknowledged. */
  bad: Map<string, { round: number; tried: number; acknowledged: number }>
  /** Messages that Kafka acknowledged, repeats among them. */
  acknowledged: number
}

export const openLedger = (): Ledger => ({ events: new Map(), bad: new Map(), acknowledged: 0 })

/** The amount of its lines; 0 for events without. */
export function amountOf(event: ShopEvent): bigint {
  if (event.type !== 'order_placed' && event.type !== 'order_refunded') return 0n
  return event.lines.reduce((sum, line) => sum + parseMoney(line.unit_price) * BigInt(line.quantity), 0n)
}
