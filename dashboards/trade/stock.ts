import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common'
import * as table from '@grafana/grafana-foundation-sdk/table'
import { datasource, InfinityQuery, type Column } from '../infinity.ts'
import {
  apiLink,
  colours,
  COUNT,
  DAYS,
  emptyCells,
  listMappings,
  organize,
  productPage,
  thresholds
} from '../style.ts'

const ROWS = 20
const WEEK_DAYS = 7

export function runningOutPanel(): table.PanelBuilder {
  const columns: Column[] = [
    { field: 'product_id', title: 'Product', type: 'string' },
    { field: 'title', title: 'Title', type: 'string' },
    { field: 'on_hand', title: 'On hand', type: 'number' },
    { field: 'days_of_cover', title: 'Days of cover', type: 'number' },
    { field: 'reorder_point', title: 'Reorder point', type: 'number' },
    { field: 'lead_time_days', title: 'Lead time', type: 'number' },
    { field: 'simulated', title: 'Simulated', type: 'string' }
  ]
  const query = new InfinityQuery('/v1/stock/running-out', { query: { limit: String(ROWS) }, columns })
  return new table.PanelBuilder()
    .title('Stock running out')
    .description(
      `The ${ROWS} products whose stock lasts the fewest days at the forecast demand, as of now whatever the board's range. ` +
        'Order again when stock falls to the reorder point. "Simulated" names the figures that are invented, not counted.'
    )
    .datasource(datasource)
    .withTarget(query)
    .withTransformation(organize(columns))
    .links([apiLink(query)])
    .sortBy([new TableSortByFieldStateBuilder().displayName('Days of cover').desc(false)])
    .unit(COUNT)
    .decimals(0)
    .thresholds(thresholds(colours.plain))
    .noValue('No forecast has been published')
    .overrideByRegexp(...emptyCells)
    .overrideByName('product_id', [{ id: 'custom.width', value: 110 }])
    .overrideByName('title', [{ id: 'custom.minWidth', value: 220 }, productPage])
    .overrideByName('days_of_cover', [
      { id: 'unit', value: DAYS },
      { id: 'decimals', value: 1 },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
      {
        id: 'thresholds',
        value: thresholds(colours.bad, [
          { from: WEEK_DAYS, color: colours.warn },
          { from: 2 * WEEK_DAYS, color: colours.plain }
        ]).build()
      }
    ])
    .overrideByName('lead_time_days', [{ id: 'unit', value: DAYS }])
    .overrideByName('simulated', [{ id: 'mappings', value: listMappings }])
}
