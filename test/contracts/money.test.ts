import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'

it('reads what it wrote', () => {
  const limit = 10n ** 17n - 1n
  fc.assert(
    fc.property(
      fc.bigInt(-limit, limit),
      (amount) => void expect(parseMoney(formatMoney(amount))).toBe(amount)
    ),
    { seed: 1 }
  )
})

it.each([
  ['0', 0n],
  ['-0.0001', -1n],
  ['12.5', 125_000n],
  ['9747747.934', 97_477_479_340n]
])('%s is %s ten-thousandths', (text, amount) => {
  expect(parseMoney(text)).toBe(amount)
  expect(formatMoney(amount)).toBe(text)
})

it.each(['', '-', '1e3', '1.23456', '.5', ' 1', '１', '12345678901234', 'NaN'])('refuses %j', (text) => {
  expect(() => parseMoney(text)).toThrow(/not an amount/)
})
