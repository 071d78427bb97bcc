import type { OrderLine } from '../../../models/contracts/events/orders.ts'

/** Stock codes that are money but never products. Compared in upper case. */
const CHARGES: Record<string, Exclude<OrderLine['kind'], 'product'>> = {
  POST: 'postage',
  DOT: 'postage',
  C2: 'postage',
  // "NEXT DAY CARRIAGE": a number among the products', but no product.
  '23444': 'postage',
  'BANK CHARGES': 'fee',
  AMAZONFEE: 'fee',
  CRUK: 'fee',
  D: 'discount',
  M: 'manual',
  S: 'sample',
  B: 'bad_debt'
}

/** What a stock code stands for. Gift vouchers (`gift_0001_20`) are money; everything else unlisted is a product. */
export function kindOf(stock_code: string): OrderLine['kind'] {
  const code = stock_code.toUpperCase()
  return CHARGES[code] ?? (code.startsWith('GIFT_') ? 'voucher' : 'product')
}

/** The file spells 112 codes in both cases (`84510A`, `84510a`) for the same article: case is folded. */
export const productIdOf = (stock_code: string): string => stock_code.toUpperCase()

/**
 * Five digits name a design, the letters behind them its colour, size or pattern (`90120A` pink, `90120B` blue
 * bracelet): the digits are the work, the whole code the product. Other codes are works of their own.
 */
export const workIdOf = (product_id: string): string => /^(\d{5})[A-Z]+$/.exec(product_id)?.[1] ?? product_id
