import { readSql } from '../sources/warehouse.ts'
import type { ShopStyle } from '../style.ts'
import { fillJobs } from './jobs.ts'
import { ofApi, ofHealth, ofMarts, type Rule } from './rule.ts'

/** Rules that are looked at together, so often. */
export type Group = { name: string; interval: string; rules: Rule[] }

/**
 * `{{ .Values.A.Value }}` is the rule's figure: Grafana's own `$values` would need its dollar doubled in a file, where `$NAME` is
 * read from the environment.
 */
const figure = (format: string) => `{{ printf "${format}" .Values.A.Value }}`
const percent = '{{ humanizePercentage .Values.A.Value }}'

export function groups(shop: ShopStyle): Group[] {
  const ask = (name: string) => ofMarts(fillJobs(readSql(new URL(`${name}.sql`, import.meta.url), shop)))
  return [
    {
      name: 'Stock',
      interval: '5m',
      rules: [
        {
          uid: 'stock-out-before-delivery',
          title: 'Stock-out before a delivery',
          summary: `${figure('%.0f')} products of class A are likely to run out before a delivery ordered today, and nobody has ordered them`,
          asks: ofApi('/v1/stock/late?limit=1', { root: 'totals', field: 'open_a_products' }),
          bound: { type: 'gt', params: [0] },
          lasting: '30m',
          team: 'buying',
          severity: 'warning',
          board: 'stock',
          panel: 'Runs out before a delivery could be there',
          without: 'OK',
          failing: 'KeepLast'
        },
        {
          uid: 'forecast-drift',
          title: 'Forecast drift',
          summary: `${percent} of the last seven days lay within their forecast's interval, which should hold 80 to 93 %`,
          asks: ask('forecast-drift'),
          bound: { type: 'outside_range', params: [0.7, 0.97] },
          lasting: '2h',
          team: 'buying',
          severity: 'warning',
          board: 'stock',
          panel: 'How good forecasts were, by week',
          without: 'OK',
          failing: 'KeepLast'
        }
      ]
    },
    {
      name: 'Trade',
      interval: '15m',
      rules: [
        {
          uid: 'sales-anomaly',
          title: 'Sales anomaly',
          summary: `Yesterday's units are ${figure('%.1f')} usual errors away from their forecast`,
          asks: ask('sales-anomaly'),
          bound: { type: 'gt', params: [4] },
          lasting: '30m',
          team: 'trade',
          severity: 'warning',
          board: 'trade',
          panel: 'Sales by day',
          without: 'OK',
          failing: 'KeepLast'
        }
      ]
    },
    {
      name: 'Recommendations',
      // It reads all that was ever shown.
      interval: '1h',
      rules: [
        {
          uid: 'click-rate-falling',
          title: 'Recommendations are clicked less',
          summary: `The click rate of recommendations fell by ${percent} against the four weeks before`,
          asks: ask('click-rate'),
          bound: { type: 'gt', params: [0.2] },
          lasting: '2h',
          team: 'trade',
          severity: 'warning',
          board: 'recommendations',
          panel: 'Clicked of seen, by model',
          without: 'OK',
          failing: 'KeepLast'
        }
      ]
    },
    {
      name: 'Pipeline',
      interval: '1m',
      rules: [
        {
          uid: 'process-down',
          title: 'A process does not answer',
          summary: 'Prometheus gets no measurements of {{ or .Labels.job "any process" }}',
          asks: ofHealth('min by (job) (up{job=~"api|ingest"})'),
          bound: { type: 'lt', params: [1] },
          lasting: '5m',
          team: 'pipeline',
          severity: 'critical',
          board: 'pipeline',
          panel: 'The pipeline now',
          // The one rule for which no answer is the alert: the others stay quiet without measurements.
          without: 'Alerting',
          failing: 'Error'
        },
        {
          uid: 'ingest-lag',
          title: 'Records wait to be stored',
          summary: `${figure('%.0f')} records of {{ .Labels.group }} wait, for ten minutes now`,
          asks: ofHealth('sum by (group) (flipside_ingest_lag_records)'),
          bound: { type: 'gt', params: [10_000] },
          lasting: '10m',
          team: 'pipeline',
          severity: 'critical',
          board: 'pipeline',
          panel: 'Records that wait, by topic',
          without: 'OK',
          failing: 'Error'
        },
        {
          uid: 'rejections',
          title: 'Records are refused',
          summary: `${percent} of the records of {{ .Labels.topic }} in the last hour could not be stored`,
          asks: ask('rejections'),
          bound: { type: 'gt', params: [0.01] },
          lasting: '5m',
          team: 'pipeline',
          severity: 'warning',
          board: 'pipeline',
          panel: 'Topics of the log',
          without: 'OK',
          failing: 'Error'
        },
        {
          uid: 'job-late',
          title: 'A job is late',
          summary: `{{ .Labels.job }} last succeeded ${figure('%.1f')} times as long ago as it may`,
          asks: ask('job-late'),
          bound: { type: 'gt', params: [1] },
          lasting: '5m',
          team: 'pipeline',
          severity: 'warning',
          board: 'pipeline',
          panel: 'Jobs',
          without: 'OK',
          failing: 'Error'
        }
      ]
    }
  ]
}

/** Rules that were once in the file. Grafana keeps what a file no longer names, so nothing is ever taken out of here. */
export const retired: readonly string[] = []
