import type { Column } from '../column.ts'
import { tablePanel } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { COUNT, DAYS, moneyUnit, type ShopStyle } from '../style.ts'

const NOBODY = 'Nobody who is known has bought yet'
const SCORES = 5
const brought = ({ SHOP_CURRENCY }: ShopStyle): Column[] => [
  { field: 'customers', title: 'Customers', type: 'number', unit: COUNT },
  { field: 'orders', title: 'Orders', type: 'number', unit: COUNT },
  { field: 'net_amount', title: 'Net', type: 'number', unit: moneyUnit(SHOP_CURRENCY) }
]

export function segments(shop: ShopStyle) {
  return tablePanel({
    title: 'Segments',
    description:
      'All customers until now, whatever the range, by how recently and how often they bought; the dictionary has the definitions. Days since the last order are the median.',
    noValue: NOBODY,
    query: askFile(new URL('segments.sql', import.meta.url), shop, [
      { field: 'segment', title: 'Segment', type: 'string', minWidth: 130 },
      ...brought(shop),
      { field: 'days_since_last_order', title: 'Last order before', type: 'number', unit: DAYS }
    ]),
    width: 12,
    height: 9
  })
}

export function rfm(shop: ShopStyle) {
  const frequencies = Array.from({ length: SCORES }, (_, i): Column => {
    const shaded = [
      { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
      { id: 'color', value: { mode: 'continuous-blues' } },
      { id: 'min', value: 0 }
    ]
    return { field: `frequency_${i + 1}`, title: `F ${i + 1}`, type: 'number', unit: COUNT, more: shaded }
  })
  return tablePanel({
    title: 'Customers by recency and frequency',
    description:
      'How many customers are in each fifth by how recently they bought, which is R, and by how often, which is F; 5 is best. Of all time, whatever the range.',
    noValue: NOBODY,
    query: askFile(new URL('rfm.sql', import.meta.url), shop, [
      { field: 'recency_score', title: 'R', type: 'number', width: 60 },
      ...frequencies
    ]),
    width: 12,
    height: 8
  })
}

export function tiers(shop: ShopStyle) {
  return tablePanel({
    title: 'Tiers of the loyalty scheme',
    description: 'Customers who bought, by the tier that they have now, with all that they ever brought.',
    noValue: NOBODY,
    query: askFile(new URL('tiers.sql', import.meta.url), shop, [
      { field: 'tier', title: 'Tier', type: 'string', minWidth: 100 },
      ...brought(shop)
    ]),
    width: 12,
    height: 8
  })
}
