import type { Column } from '../column.ts'
import { colours, COUNT, DAYS, listMappings } from '../style.ts'
import { productColumns } from '../trade/products.ts'

const WEEK_DAYS = 7
const coloured = [{ id: 'custom.cellOptions', value: { type: 'color-text' } }]

/** What the lists of the board have in common; each list takes what it needs, in its own order. */
export const stockColumns = {
  product: productColumns,
  abc: { field: 'abc', title: 'Class', type: 'string', width: 60 },
  supplier: { field: 'supplier_id', title: 'Supplier', type: 'string', width: 100 },
  available: { field: 'available', title: 'Available', type: 'number', unit: COUNT, width: 80 },
  onOrder: { field: 'on_order', title: 'On order', type: 'number', unit: COUNT, width: 80 },
  cover: {
    field: 'days_of_cover',
    title: 'Days of cover',
    type: 'number',
    unit: DAYS,
    decimals: 1,
    width: 80,
    steps: {
      base: colours.bad,
      steps: [
        { from: WEEK_DAYS, color: colours.warn },
        { from: 2 * WEEK_DAYS, color: colours.plain }
      ]
    },
    more: coloured
  },
  soonest: { field: 'stock_out_p10', title: 'Out, 10 %', type: 'string', width: 95 },
  even: { field: 'stock_out_p50', title: 'Out, 50 %', type: 'string', width: 95 },
  latest: { field: 'stock_out_p90', title: 'Out, 90 %', type: 'string', width: 95 },
  leadTime: { field: 'lead_time_days', title: 'Lead time', type: 'number', unit: DAYS, width: 80 },
  quantity: { field: 'quantity', title: 'To order', type: 'number', unit: COUNT, width: 80 },
  simulated: { field: 'simulated', title: 'Simulated', type: 'string', mappings: listMappings, width: 110 },
  /** Sentences and reasons: as many lines as they need. */
  why: {
    field: 'why',
    title: 'Why',
    type: 'string',
    minWidth: 200,
    more: [{ id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } }]
  }
} as const satisfies Record<string, Column | Column[]>

export const inRed = { steps: { base: colours.bad, steps: [] }, more: coloured }
