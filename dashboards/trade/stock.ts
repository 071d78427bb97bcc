import { tablePanel } from '../panel.ts'
import { ApiQuery } from '../sources/api.ts'
import { colours, DAYS, listMappings } from '../style.ts'
import { productColumns } from './products.ts'

const ROWS = 20
const WEEK_DAYS = 7

export function runningOut() {
  return tablePanel({
    title: 'Stock running out',
    description:
      `The ${ROWS} products whose stock lasts the fewest days at the forecast demand, as of now whatever the board's range. ` +
      'Order again when stock falls to the reorder point. "Simulated" names the figures that are invented, not counted.',
    noValue: 'No forecast has been published',
    query: new ApiQuery('/v1/stock/running-out', {
      query: { limit: String(ROWS) },
      columns: [
        ...productColumns,
        { field: 'on_hand', title: 'On hand', type: 'number' },
        {
          field: 'days_of_cover',
          title: 'Days of cover',
          type: 'number',
          unit: DAYS,
          decimals: 1,
          steps: {
            base: colours.bad,
            steps: [
              { from: WEEK_DAYS, color: colours.warn },
              { from: 2 * WEEK_DAYS, color: colours.plain }
            ]
          },
          more: [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]
        },
        { field: 'reorder_point', title: 'Reorder point', type: 'number' },
        { field: 'lead_time_days', title: 'Lead time', type: 'number', unit: DAYS },
        { field: 'simulated', title: 'Simulated', type: 'string', mappings: listMappings }
      ]
    }),
    sortBy: { title: 'Days of cover', desc: false },
    width: 24,
    height: 10
  })
}
