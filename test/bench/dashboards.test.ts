import { describe, expect, it } from 'vitest'
import { expandMacros, fillIn } from '../../bench/dashboards/expand.ts'

const RANGE = { from: '2026-03-01T00:00:00.500Z', to: '2026-03-30T22:59:59.999Z' }

/** The bench and the tests ask as Grafana's plugin would, so this is what they rest on. */
describe('macros of the ClickHouse plugin', () => {
  it.each([
    ['$__timeFilter(at)', 'at >= toDateTime(1772323200) AND at <= toDateTime(1774911599)'],
    [
      '$__timeFilter_ms(at)',
      'at >= fromUnixTimestamp64Milli(1772323200500) AND at <= fromUnixTimestamp64Milli(1774911599999)'
    ],
    ['$__dateFilter(day)', "day >= toDate('2026-03-01') AND day <= toDate('2026-03-30')"],
    ["toDate($__fromTime, 'UTC')", "toDate(toDateTime(1772323200), 'UTC')"],
    ['$__timeInterval(at)', 'toStartOfInterval(toDateTime(at), INTERVAL 3600 second)'],
    ['$__interval_s', '3600']
  ])('%s becomes %s', (sql, expanded) => {
    expect(expandMacros(sql, RANGE)).toBe(expanded)
  })

  it.each([
    [{}, '1=1 AND 1=1'],
    [{ a: ["it's", 'b'] }, "f(x, y) IN ('it''s','b') AND 1=1"],
    [{ a: ['b'], c: ['d'] }, "f(x, y) IN ('b') AND z IN (d)"]
  ] as [Record<string, string[]>, string][])(
    'conditions of what is not chosen fall away: %j',
    (chosen, expanded) => {
      const sql = '$__conditionalAll(f(x, y) IN (${a:sqlstring}), $a) AND $__conditionalAll(z IN (${c}), $c)'
      expect(expandMacros(sql, RANGE, chosen)).toBe(expanded)
    }
  )

  it('refuses what the plugin does not know', () => {
    expect(() => expandMacros('$__timeGroup(at)', RANGE)).toThrow('$__timeGroup')
    expect(() => expandMacros('$__conditionalAll(a, b, $c)', RANGE)).toThrow('two arguments')
    expect(() => expandMacros('SELECT ${missing}', RANGE)).toThrow('${missing}')
  })
})

it('fills in what Grafana knows, and leaves the rest to be found', () => {
  const text = '/v1/sales?from=${__from:date:YYYY-MM-DD}&channel=${channel:csv}&id=${id}&x=${other}'
  expect(fillIn(text, { id: '7' }, RANGE)).toBe('/v1/sales?from=2026-03-01&channel=*&id=7&x=${other}')
})
