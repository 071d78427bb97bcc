import { formatMoney } from '../../models/contracts/money.ts'

const PARTS = 10_000
const AMOUNT_MAX = 9e11

/** Money is reckoned as a number where chances are, and told as a decimal string. */
export const moneyOf = (amount: number | null): string | null =>
  amount === null || !(Math.abs(amount) < AMOUNT_MAX) ? null : moneyOfParts(partsOf(amount))

/** Ten-thousandths, so that sums are exact: up to nine hundred thousand million. */
export const partsOf = (amount: number): number => Math.round(amount * PARTS)
export const moneyOfParts = (parts: number): string => formatMoney(BigInt(parts))
