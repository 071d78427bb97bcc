import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder
} from '@grafana/grafana-foundation-sdk/common'
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

/** Lines that are read together at one time. */
export const lineChart = (panel: PanelBuilder): PanelBuilder =>
  panel
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Off))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([])
    )

/** Below the chart, the sum of each line. */
export const withSums = (panel: PanelBuilder): PanelBuilder =>
  panel.legend(
    new VizLegendOptionsBuilder()
      .showLegend(true)
      .displayMode(LegendDisplayMode.Table)
      .placement(LegendPlacement.Bottom)
      .calcs(['sum'])
  )

/** One column as bars among lines. */
export const asBars: DynamicConfigValue[] = [
  { id: 'custom.drawStyle', value: GraphDrawStyle.Bars },
  { id: 'custom.fillOpacity', value: 60 },
  { id: 'custom.lineWidth', value: 1 },
  { id: 'custom.showPoints', value: VisibilityMode.Never }
]
/** What it is compared with stays in the background. */
export const dashed: DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 6] } },
  { id: 'custom.lineWidth', value: 1 }
]
