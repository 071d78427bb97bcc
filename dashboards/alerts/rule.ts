import { headingId } from '../../models/contracts/heading-id.ts'
import { uids } from '../links.ts'
import { infinityQuery, INFINITY } from '../sources/api.ts'
import { PROMETHEUS } from '../sources/health.ts'
import { WAREHOUSE, warehouseQuery } from '../sources/warehouse.ts'

/** Grafana's own reckoning, which is no data source. */
const EXPRESSION = '__expr__'
const HOUR_SECONDS = 3_600

/** A question whose answer has one figure a row; what else a row has are texts, each of which makes an alert of its own. */
export type Asked = { uid: string; queryType: string; model: Record<string, unknown> }
export type Bound = { type: 'gt' | 'lt' | 'outside_range'; params: number[] }

export type Rule = {
  /** Fixed: Grafana knows its state by it. */
  uid: string
  /** Also the heading of what to do, in docs/alerts.md. */
  title: string
  summary: string
  asks: Asked
  /** Alerting while the figure is there. */
  bound: Bound
  /** How long it must be there first. */
  lasting: string
  team: 'buying' | 'trade' | 'pipeline'
  severity: 'warning' | 'critical'
  /** The panel that shows it. */
  board: keyof typeof uids
  panel: string
  /** No rows, on purpose: most rules have none while all is well or too little is known. */
  without: 'OK' | 'Alerting'
  /** A question that fails: the last state stays for those who sell, and is told to those who run the pipeline. */
  failing: 'KeepLast' | 'Error'
}

export const ofMarts = (sql: string): Asked => ({
  uid: WAREHOUSE.uid,
  queryType: 'table',
  model: warehouseQuery(sql)
})

/** One figure of the API's answer. Parsed in Grafana's server, as alerts must be. */
export const ofApi = (url: string, { root, field }: { root: string; field: string }): Asked => ({
  uid: INFINITY.uid,
  queryType: '',
  model: infinityQuery(url, [{ field, type: 'number' }], root)
})

/** As it is now: one figure a series. */
export const ofHealth = (expr: string): Asked => ({
  uid: PROMETHEUS.uid,
  queryType: '',
  model: {
    refId: 'A',
    datasource: { type: PROMETHEUS.plugin, uid: PROMETHEUS.uid },
    expr,
    instant: true,
    range: false
  }
})

/** As Grafana's provisioning files have it, which is not the shape of its HTTP API. */
export function fileRule(rule: Rule, about: { runbooks: string; panelId: number }) {
  return {
    uid: rule.uid,
    title: rule.title,
    condition: 'C',
    data: [
      {
        refId: 'A',
        queryType: rule.asks.queryType,
        relativeTimeRange: { from: HOUR_SECONDS, to: 0 },
        datasourceUid: rule.asks.uid,
        model: rule.asks.model
      },
      {
        refId: 'C',
        relativeTimeRange: { from: HOUR_SECONDS, to: 0 },
        datasourceUid: EXPRESSION,
        model: thresholdOf(rule.bound)
      }
    ],
    dashboardUid: uids[rule.board],
    panelId: about.panelId,
    noDataState: rule.without,
    execErrState: rule.failing,
    for: rule.lasting,
    annotations: { summary: rule.summary, runbook_url: `${about.runbooks}#${headingId(rule.title)}` },
    labels: { team: rule.team, severity: rule.severity },
    isPaused: false
  }
}

const thresholdOf = ({ type, params }: Bound) => ({
  refId: 'C',
  type: 'threshold',
  datasource: { type: EXPRESSION, uid: EXPRESSION },
  expression: 'A',
  conditions: [
    {
      type: 'query',
      evaluator: { type, params },
      operator: { type: 'and' },
      query: { params: ['A'] },
      reducer: { type: 'last', params: [] }
    }
  ]
})
