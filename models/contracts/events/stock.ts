import { Type } from 'typebox'
import { event, idOf, LineNumber, ProductId, quantityOf, textOf, timeOf, Units } from './fields.ts'

const product = { product_id: ProductId }
const document = {
  reason: Type.Optional(textOf('Why, in the sender’s words')),
  reference: Type.Optional(idOf('The document that asked for it: an order, an invoice, a stocktake')),
  line_id: Type.Optional(LineNumber)
}
const moved = { ...product, quantity: Units, ...document }
const purchase = {
  ...product,
  quantity: Units,
  purchase_id: idOf('The purchase order'),
  supplier_id: Type.Optional(idOf('Who delivers it')),
  line_id: Type.Optional(LineNumber)
}
const count = (description: string) => Type.Integer({ minimum: 0, maximum: 1_000_000, description })

export const STOCK_ALERTS = ['low_stock', 'stock_out'] as const
const alert = {
  ...product,
  alert: Type.Enum(STOCK_ALERTS, { description: 'Which threshold' }),
  quantity: Type.Optional(
    quantityOf('Units that could be sold then; fewer than none where more is promised')
  ),
  threshold: Type.Optional(quantityOf('Units at or below which the alert is raised'))
}

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
      quantity: quantityOf('Units on hand at the beginning')
    }
  ),
  stock_received: event('stock_received', 'Goods came in without a purchase order.', moved),
  stock_adjusted: event('stock_adjusted', 'Somebody corrected the stock, up or down.', {
    ...product,
    quantity: quantityOf('Units more, or less'),
    ...document
  }),
  stock_counted: event('stock_counted', 'A stocktake: the difference moves the stock.', {
    ...product,
    quantity: count('Units found'),
    expected_quantity: quantityOf('Units that should have been there'),
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
    expected_at: Type.Optional(timeOf('When they should come in'))
  }),
  purchase_received: event('purchase_received', 'Units of a purchase order came in.', purchase),
  purchase_cancelled: event(
    'purchase_cancelled',
    'Units of a purchase order will not come: all of it, or what is left of it.',
    { ...purchase, reason: document.reason }
  ),
  stock_alert_raised: event('stock_alert_raised', 'A product fell below its threshold.', alert),
  stock_alert_cleared: event('stock_alert_cleared', 'A product is above its threshold again.', alert)
}
