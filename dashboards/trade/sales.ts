import * as barchart from '@grafana/grafana-foundation-sdk/barchart'
import {
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { boardDays, datasource, InfinityQuery, type Column } from '../infinity.ts'
import {
  apiLink,
  colours,
  COUNT,
  emptyCells,
  moneyUnit,
  organize,
  SHARE,
  thresholds,
  type ShopStyle
} from '../style.ts'

const TOP_COUNTRIES = 12
/** As many as the API gives: ten years. Rows come by day, so a smaller limit would leave out the newest. */
const DAYS_MAX = 3_654

export function summaryPanel({ SHOP_CURRENCY }: ShopStyle): stat.PanelBuilder {
  const columns: Column[] = [
    { field: 'net_amount', title: 'Net sales', type: 'number' },
    { field: 'net_change', title: 'Against the days before', type: 'number' },
    { field: 'orders', title: 'Orders', type: 'number' },
    { field: 'units_sold', title: 'Units sold', type: 'number' },
    { field: 'refund_rate', title: 'Refund rate', type: 'number' }
  ]
  const query = new InfinityQuery('/v1/sales/summary', { query: boardDays, columns })
  return new stat.PanelBuilder()
    .title('Trade in these days')
    .description(
      'Net sales are what was sold on the day of payment, less what was given back on the day of the refund. ' +
        'Compared with as many days just before. The refund rate is the share of gross sales given back.'
    )
    .datasource(datasource)
    .withTarget(query)
    .withTransformation(organize(columns))
    .links([apiLink(query)])
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields('/.*/'))
    .unit(COUNT)
    .decimals(0)
    .thresholds(thresholds(colours.plain))
    .noValue('No sales in these days')
    .overrideByRegexp(...emptyCells)
    .overrideByName('net_amount', [{ id: 'unit', value: moneyUnit(SHOP_CURRENCY) }])
    .overrideByName('net_change', [
      { id: 'unit', value: SHARE },
      { id: 'decimals', value: 1 },
      { id: 'thresholds', value: thresholds(colours.bad, [{ from: 0, color: colours.good }]).build() }
    ])
    .overrideByName('refund_rate', [
      { id: 'unit', value: SHARE },
      { id: 'decimals', value: 1 },
      {
        id: 'thresholds',
        value: thresholds(colours.plain, [
          { from: 0.05, color: colours.warn },
          { from: 0.1, color: colours.bad }
        ]).build()
      }
    ])
}

export function salesByDayPanel({ SHOP_CURRENCY }: ShopStyle): timeseries.PanelBuilder {
  const columns: Column[] = [
    { field: 'starts_at', title: 'Day', type: 'timestamp' },
    { field: 'gross_amount', title: 'Gross', type: 'number' },
    { field: 'refund_amount', title: 'Refunds', type: 'number' },
    { field: 'net_amount', title: 'Net', type: 'number' }
  ]
  const query = new InfinityQuery('/v1/sales', {
    query: { ...boardDays, grain: 'day', limit: String(DAYS_MAX) },
    columns
  })
  return (
    new timeseries.PanelBuilder()
      .title('Sales by day')
      .description(
        "Business days in the shop's time zone. Gross counts on the day of payment, refunds on their own day, below zero."
      )
      .datasource(datasource)
      .withTarget(query)
      .withTransformation(organize(columns))
      .links([apiLink(query)])
      .unit(moneyUnit(SHOP_CURRENCY))
      .decimals(0)
      .thresholds(thresholds(colours.plain))
      .noValue('No sales in these days')
      // Not stacked: refunds are negative, and stacked bars need a minimum of 0, which would hide them.
      .drawStyle(GraphDrawStyle.Bars)
      .fillOpacity(60)
      .lineWidth(1)
      .showPoints(VisibilityMode.Never)
      .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
      .legend(
        new VizLegendOptionsBuilder()
          .showLegend(true)
          .displayMode(LegendDisplayMode.Table)
          .placement(LegendPlacement.Bottom)
          .calcs(['sum'])
      )
      .overrideByName('gross_amount', [fixed(colours.gross)])
      .overrideByName('refund_amount', [fixed(colours.refunds)])
      .overrideByName('net_amount', [
        fixed(colours.net),
        { id: 'custom.drawStyle', value: GraphDrawStyle.Line },
        { id: 'custom.lineWidth', value: 2 },
        { id: 'custom.fillOpacity', value: 0 }
      ])
  )
}

export function salesByCountryPanel({ SHOP_CURRENCY }: ShopStyle): barchart.PanelBuilder {
  const columns: Column[] = [
    { field: 'country', title: 'Country', type: 'string' },
    { field: 'net_amount', title: 'Net', type: 'number' }
  ]
  const query = new InfinityQuery('/v1/sales', {
    query: { ...boardDays, grain: 'total', group_by: 'country', limit: String(TOP_COUNTRIES) },
    columns
  })
  return new barchart.PanelBuilder()
    .title('Sales by country')
    .description(`Net sales of the ${TOP_COUNTRIES} countries with the highest gross sales.`)
    .datasource(datasource)
    .withTarget(query)
    .withTransformation(organize(columns))
    .links([apiLink(query)])
    .xField('country')
    .orientation(VizOrientation.Horizontal)
    .showValue(VisibilityMode.Always)
    .legend(new VizLegendOptionsBuilder().showLegend(false).calcs([]))
    .unit(moneyUnit(SHOP_CURRENCY))
    .decimals(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(colours.net))
    .thresholds(thresholds(colours.plain))
    .noValue('No sales in these days')
}

function fixed(color: string) {
  return {
    id: 'color',
    value: new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(color).build()
  }
}
