import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'

/** Grafana's own plugin, part of it. */
export const PROMETHEUS = {
  plugin: 'prometheus',
  uid: 'flipside-metrics',
  image: 'prom/prometheus:v3.5.0'
} as const
export const healthSource = { type: PROMETHEUS.plugin, uid: PROMETHEUS.uid }

/** A line of a chart, or several: what they are called, the expression, and how it is shown where others are not. */
export type Line = { legend: string; expr: string; properties?: readonly DynamicConfigValue[] }

/** Queries of one panel, lettered in order. */
export const healthQueries = (lines: readonly Line[], { instant = false } = {}): DataqueryBuilder[] =>
  lines.map(({ legend, expr }, i) => {
    const query = new DataqueryBuilder()
      .datasource(healthSource)
      .refId(String.fromCodePoint(65 + i))
      .expr(expr)
      .legendFormat(legend)
    return instant ? query.instant() : query.range()
  })
