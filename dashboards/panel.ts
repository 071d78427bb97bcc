import * as barchart from '@grafana/grafana-foundation-sdk/barchart'
import {
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  TableSortByFieldStateBuilder,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as table from '@grafana/grafana-foundation-sdk/table'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { propertiesOf, type BoardQuery } from './column.ts'
import { healthQueries, healthSource, type Line } from './sources/health.ts'
import { colours, COUNT, emptyCells, organize, thresholds } from './style.ts'
import { lineChart } from './time-chart.ts'

export type PanelBuilder =
  | barchart.PanelBuilder
  | stat.PanelBuilder
  | table.PanelBuilder
  | timeseries.PanelBuilder

/** What every panel says. Units are of most of its columns; a column may have its own. */
export type PanelParts = {
  title: string
  description: string
  /** A plain sentence for when there is nothing. */
  noValue: string
  unit?: string
  decimals?: number
  width: number
  height: number
}
type Asked = PanelParts & { query: BoardQuery }

/** Several figures side by side, of one row: one request. */
export function statPanel(parts: Asked): stat.PanelBuilder {
  return ask(bigNumbers(new stat.PanelBuilder()), parts)
}

/** The same of the pipeline's own measurements: a figure a line, as it is now. */
export function healthStatPanel(parts: PanelParts & { lines: readonly Line[] }): stat.PanelBuilder {
  // All but the time, which comes with every answer of Prometheus.
  const panel = say(bigNumbers(new stat.PanelBuilder(), ''), parts)
    .datasource(healthSource)
    .overrideByRegexp(...emptyCells)
  for (const query of healthQueries(parts.lines, { instant: true })) panel.withTarget(query)
  for (const { legend, properties = [] } of parts.lines) panel.overrideByName(legend, [...properties])
  return panel
}

export function tablePanel(parts: Asked & { sortBy?: { title: string; desc: boolean } }): table.PanelBuilder {
  const panel = ask(new table.PanelBuilder(), parts)
  const { sortBy } = parts
  return sortBy
    ? panel.sortBy([new TableSortByFieldStateBuilder().displayName(sortBy.title).desc(sortBy.desc)])
    : panel
}

/** A bar for each row, named by its first column, in the order of the rows. */
export function barPanel(parts: Asked & { colour: string }): barchart.PanelBuilder {
  return ask(
    new barchart.PanelBuilder()
      .xField(parts.query.columns[0]?.field ?? '')
      .orientation(VizOrientation.Horizontal)
      .showValue(VisibilityMode.Always)
      .legend(new VizLegendOptionsBuilder().showLegend(false).calcs([]))
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(parts.colour)),
    parts
  )
}

/** Columns over time; the first column is the time. */
export const timePanel = (parts: Asked): timeseries.PanelBuilder =>
  ask(lineChart(new timeseries.PanelBuilder()), parts)

/**
 * A line for each value of a column that says whose figure it is, in rows of time, that column and the figure. A column
 * that `organize` renames keeps that name before any other, so the figure is named by an override, from its label.
 */
export function timePanelBy(parts: Asked): timeseries.PanelBuilder {
  const [time, by, figure] = parts.query.columns
  if (!time || !by || !figure)
    throw new Error(`${parts.title}: its columns are not a time, a name and a figure`)
  return say(lineChart(new timeseries.PanelBuilder()), parts)
    .datasource(parts.query.datasource)
    .withTarget(parts.query)
    .withTransformation(organize([time, { ...by, title: '' }, { ...figure, title: '' }]))
    .withTransformation({
      id: 'partitionByValues',
      options: { fields: [by.field], keepFields: false, naming: { asLabels: true } }
    })
    .overrideByName(figure.field, [{ id: 'displayName', value: `\${__field.labels.${by.field}}` }])
}

export function healthTimePanel(parts: PanelParts & { lines: readonly Line[] }): timeseries.PanelBuilder {
  const panel = say(lineChart(new timeseries.PanelBuilder()), parts).datasource(healthSource)
  for (const query of healthQueries(parts.lines)) panel.withTarget(query)
  return panel
}

const bigNumbers = (panel: stat.PanelBuilder, fields = '/.*/'): stat.PanelBuilder =>
  panel
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields(fields))

function ask<Panel extends PanelBuilder>(panel: Panel, parts: Asked): Panel {
  const { datasource, columns, link } = parts.query
  say(panel, parts)
  panel.datasource(datasource)
  panel.withTarget(parts.query)
  panel.withTransformation(organize(columns))
  if (link) panel.links([link])
  const isChart = panel instanceof timeseries.PanelBuilder || panel instanceof barchart.PanelBuilder
  if (!isChart) panel.overrideByRegexp(...emptyCells)
  for (const column of columns) {
    const properties = propertiesOf(column)
    if (properties.length > 0) panel.overrideByName(column.field, properties)
  }
  return panel
}

function say<Panel extends PanelBuilder>(panel: Panel, parts: PanelParts): Panel {
  const { title, description, noValue, unit = COUNT, decimals = 0, width, height } = parts
  panel.title(title).description(description).span(width).height(height)
  panel.unit(unit).decimals(decimals).thresholds(thresholds(colours.plain)).noValue(noValue)
  return panel
}
