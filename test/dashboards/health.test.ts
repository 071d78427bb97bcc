import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { rememberAnswers } from '../../api/remember.ts'
import { createMetrics } from '../../ingest/metrics.ts'
import { fakeApp } from '../api/fakes.ts'
import { isHealth, panels, targets } from './boards.ts'

/** What the processes export: names with the ends that histograms add, and the labels of each. */
const registry = new Registry()
const { app, dependencies } = await fakeApp(undefined, { registry })
rememberAnswers(dependencies.warehouse, registry)
createMetrics(registry, {})
await app.close()
const exported = new Map(
  registry.getMetricsAsArray().flatMap((metric) => {
    const { name, type, labelNames = [] } = metric as typeof metric & { labelNames?: string[] }
    const isHistogram = String(type) === 'histogram'
    const ends = isHistogram ? ['_bucket', '_sum', '_count'] : ['']
    return ends.map((end): [string, string[]] => [
      name + end,
      [...labelNames, ...(isHistogram ? ['le'] : [])]
    ])
  })
)

const asked = targets.flatMap(({ target, ...of }) => (isHealth(target) ? [{ ...of, target }] : []))

test.each(asked)(
  '$board: $title asks for what the processes measure',
  ({ target: { expr, legendFormat } }) => {
    const names = [...expr.matchAll(/\bflipside_\w+/g)].map(([name]) => name)
    expect(names.length).toBeGreaterThan(0)
    const labels = names.flatMap((name) => exported.get(name) ?? [])
    expect(names.filter((name) => !exported.has(name))).toEqual([])
    const used = [
      ...[...expr.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label),
      ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
      ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
    ]
    expect(labels).toEqual(expect.arrayContaining(used))
  }
)

test.each(asked)('$board: $title counts no counter without a rate', ({ target: { expr } }) => {
  for (const [, before = ''] of expr.matchAll(/(\w*\(?)flipside_\w+_(?:total|bucket|count|sum)\b/g))
    expect(before).toMatch(/^(rate|increase)\($/)
  // Brackets meet.
  const signs = expr.replaceAll(/[^()[\]{}]/g, '')
  let left = signs
  for (let size = -1; size !== left.length;) {
    size = left.length
    left = left.replaceAll(/\(\)|\[\]|\{\}/g, '')
  }
  expect(left).toBe('')
})

test.each(panels.filter(({ targets: some }) => some.some(isHealth)))(
  '$board: every figure of $title has a name of its own',
  ({ panel, targets: some }) => {
    const names = some.filter(isHealth).map(({ legendFormat }) => legendFormat)
    expect(new Set(names).size).toBe(names.length)
    const overridden = (panel.fieldConfig?.overrides ?? []).map(({ matcher }) => matcher.options)
    expect(['/.*/', ...names]).toEqual(expect.arrayContaining(overridden))
  }
)
