import { formatMoney } from '../../models/contracts/money.ts'

const PARTS = 10_000
const AMOUNT_MAX = 1e12

/** Money is reckoned as a number where chances are, and told as a decimal string. */
export const moneyOf = (amount: number | null): string | null =>
  amount === null || !(Math.abs(amount) < AMOUNT_MAX) ? null : formatMoney(partsOf(amount))

/** Ten-thousandths, so that sums are exact. */
export const partsOf = (amount: number): bigint => BigInt(Math.round(amount * PARTS))
