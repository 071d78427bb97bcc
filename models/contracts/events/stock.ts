import { Type } from 'typebox'
import { event, Id, idOf, LineNumber, Quantity, Text, Time, Units } from './fields.ts'

const product = { product_id: Id }
const document = {
  reason: Type.Optional(Text),
  reference: Type.Optional(idOf('The document that asked for it: an order, an invoice, a stocktake')),
  line_id: Type.Optional(LineNumber)
}
const moved = { ...product, quantity: Units, ...document }
const purchase = {
  ...product,
  quantity: Units,
  purchase_id: Id,
  supplier_id: Type.Optional(Id),
  line_id: Type.Optional(LineNumber)
}
const count = (description: string) => Type.Integer({ minimum: 0, maximum: 1_000_000, description })

export const STOCK_ALERTS = ['low_stock', 'stock_out'] as const
const alert = { ...product, alert: Type.Enum(STOCK_ALERTS) }

/**
 * `flipside.stock`, by product: a ledger of signed movements. On hand, reserved and on order are sums of what each type
 * adds (`stock-ledger.ts`), so no movement depends on the order in which they arrive.
 */
export const stockSchemas = {
  stock_initialised: event(
    'stock_initialised',
    'The ledger of a product begins. A second one is flagged and counts for nothing.',
    {
      ...product,
      quantity: Quantity
    }
  ),
  stock_received: event('stock_received', 'Goods came in without a purchase order.', moved),
  stock_adjusted: event('stock_adjusted', 'Somebody corrected the stock, up or down.', {
    ...product,
    quantity: Quantity,
    ...document
  }),
  stock_counted: event('stock_counted', 'A stocktake: the difference moves the stock.', {
    ...product,
    quantity: count('Units found'),
    expected_quantity: Quantity,
    ...document
  }),
  stock_reserved: event('stock_reserved', 'Units were set aside for an order.', moved),
  stock_released: event('stock_released', 'Units set aside are free again.', moved),
  stock_shipped: event('stock_shipped', 'Units left the shop.', {
    ...moved,
    reserved_quantity: Type.Optional(count('How many of them had been set aside; all when left out'))
  }),
  stock_returned: event('stock_returned', 'Units came back and can be sold again.', moved),
  purchase_ordered: event('purchase_ordered', 'Units were ordered from a supplier.', {
    ...purchase,
    expected_at: Type.Optional(Time)
  }),
  purchase_received: event('purchase_received', 'Units of a purchase order came in.', purchase),
  stock_alert_raised: event('stock_alert_raised', 'A product fell below its threshold.', alert),
  stock_alert_cleared: event('stock_alert_cleared', 'A product is above its threshold again.', alert)
}
