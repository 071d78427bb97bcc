import type { EventType } from './events.ts'

/** What a unit of a movement does to the stock. */
export type StockEffect = { on_hand?: number; reserved?: number; on_order?: number }

/**
 * By event type, the sign with which its quantity counts. A count moves the stock by what was found less what was
 * expected; a shipment takes out of the reserved what was set aside for it. The warehouse's views take this table.
 */
export const stockEffects = {
  stock_initialised: { on_hand: 1 },
  stock_received: { on_hand: 1 },
  stock_adjusted: { on_hand: 1 },
  stock_counted: { on_hand: 1 },
  stock_returned: { on_hand: 1 },
  stock_reserved: { reserved: 1 },
  stock_released: { reserved: -1 },
  stock_shipped: { on_hand: -1, reserved: -1 },
  purchase_ordered: { on_order: 1 },
  purchase_received: { on_hand: 1, on_order: -1 },
  purchase_cancelled: { on_order: -1 }
} as const satisfies Partial<Record<EventType, StockEffect>>
