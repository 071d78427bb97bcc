/**
 * Money is a decimal string on the wire and `Decimal(18,4)` at rest; here it is a bigint of ten-thousandths,
 * so that sums are exact. Floats never hold money.
 */
export const MONEY_PATTERN = '^-?\\d{1,13}(\\.\\d{1,4})?$'

const SCALE_DIGITS = 4

/** `'-2.5'` → `-25000n`. Throws on anything that `MONEY_PATTERN` refuses. */
export function parseMoney(text: string): bigint {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,4}))?$/.exec(text)
  if (!match) throw new Error(`not an amount of money: ${JSON.stringify(text)}`)
  const [, sign, whole = '', fraction = ''] = match
  const amount = BigInt(whole + fraction.padEnd(SCALE_DIGITS, '0'))
  return sign === '-' ? -amount : amount
}

/** `-25000n` → `'-2.5'`: the shortest spelling, without trailing zeros. */
export function formatMoney(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(SCALE_DIGITS + 1, '0')
  const fraction = digits.slice(-SCALE_DIGITS).replace(/0+$/, '')
  return (amount < 0n ? '-' : '') + digits.slice(0, -SCALE_DIGITS) + (fraction ? `.${fraction}` : '')
}
