import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorTowards } from '../../../bench/hierarchy/factor.ts'
import { addUp } from '../../../models/forecast/hierarchy.ts'

const units = fc.float({ min: 0, max: 1e6, noNaN: true })
const path = fc.array(units, { minLength: 3, maxLength: 3 }).map((values) => Float64Array.from(values))

describe('forecasts of a hierarchy', () => {
  it('add up from product to category to shop to total', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 40 }), (paths) => {
        const products = new Map(paths.map((own, row) => [`product ${row}`, own]))
        const categories = addUp(products, (name) => `category ${name.length * 7 + (name.charCodeAt(8) % 3)}`)
        const shops = addUp(categories, (name) => (name < 'category 7' ? 'north' : 'south'))
        const total = addUp(shops, () => 'total').get('total')
        for (let day = 0; day < 3; day++) {
          const sum = paths.reduce((all, own) => all + (own[day] ?? 0), 0)
          for (const level of [categories, shops]) {
            const levelSum = [...level.values()].reduce((all, own) => all + (own[day] ?? 0), 0)
            expect(Math.abs(levelSum - sum)).toBeLessThanOrEqual(1e-9 * Math.max(1, sum))
          }
          if (paths.length > 0)
            expect(Math.abs((total?.[day] ?? NaN) - sum)).toBeLessThanOrEqual(1e-9 * Math.max(1, sum))
        }
      }),
      { seed: 7, numRuns: 60 }
    )
  })

  it('have no parent that has no children, and leave out whoever has no parent', () => {
    expect(addUp(new Map(), () => 'shop').size).toBe(0)
    const children = new Map([
      ['a', Float64Array.of(1, 2)],
      ['b', Float64Array.of(5)],
      ['c', Float64Array.of(9, 9)]
    ])
    expect(addUp(children, (name) => (name === 'c' ? undefined : 'shop'))).toEqual(
      new Map([['shop', Float64Array.of(6, 2)]])
    )
  })

  it('are not changed by the children’s own paths being summed', () => {
    const own = Float64Array.of(1, 2)
    addUp(
      new Map([
        ['a', own],
        ['b', own]
      ]),
      () => 'shop'
    )
    expect(own).toEqual(Float64Array.of(1, 2))
  })
})

describe('the factor towards a parent’s own forecast', () => {
  const sum = Float64Array.of(4, 6)

  it('is 1 where both agree, and where one of them says nothing', () => {
    expect(factorTowards(Float64Array.of(6, 4), sum)).toBe(1)
    expect(factorTowards(undefined, sum)).toBe(1)
    expect(factorTowards(new Float64Array(), sum)).toBe(1)
    expect(factorTowards(Float64Array.of(3, 3), new Float64Array(2))).toBe(1)
    expect(factorTowards(Float64Array.of(NaN, 3), sum)).toBe(1)
  })

  it('goes half of the way, and never further than an eighth up or a tenth down', () => {
    expect(factorTowards(Float64Array.of(5, 6), sum)).toBeCloseTo(1.05, 12)
    expect(factorTowards(Float64Array.of(500, 600), sum)).toBeCloseTo(1.125, 12)
    expect(factorTowards(new Float64Array(2), sum)).toBeCloseTo(0.9, 12)
  })
})
