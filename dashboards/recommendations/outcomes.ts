import type { Column } from '../column.ts'
import { statPanel, tablePanel, timePanel, timePanelBy } from '../panel.ts'
import { ApiQuery, boardDays } from '../sources/api.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, SHARE, type ShopStyle } from '../style.ts'
import { productColumns } from '../trade/products.ts'

const NOTHING = 'Nothing was recommended in these days'
const ROWS = 20
const file = (name: string) => new URL(`${name}.sql`, import.meta.url)
const count = (field: string, title: string): Column => ({
  field,
  title,
  type: 'number',
  unit: COUNT,
  decimals: 0
})
const rate = (field: string, title: string): Column => ({
  field,
  title,
  type: 'number',
  unit: SHARE,
  decimals: 1
})
const steps = [
  count('served', 'Served'),
  count('viewed', 'Seen'),
  count('clicked', 'Clicked'),
  count('bought', 'Bought'),
  rate('click_rate', 'Clicked of seen'),
  rate('buy_rate', 'Bought of clicked')
]

export function outcomes(shop: ShopStyle) {
  return statPanel({
    title: 'What came of recommendations',
    description:
      'Products in answers: named, come into view, clicked, and ordered by the same visitor within 24 hours after the click. All count on the day of the answer; bots are left out.',
    noValue: NOTHING,
    query: askFile(file('outcomes'), shop, steps),
    width: 24,
    height: 4
  })
}

export function clickRateBySource(shop: ShopStyle) {
  return timePanelBy({
    title: 'Clicked of seen, by model',
    description:
      'Recommended products that were clicked, as a share of those that came into view, day by day.',
    noValue: NOTHING,
    unit: SHARE,
    decimals: 1,
    query: askFile(file('click-rate-by-source'), shop, [
      { field: 'time', title: 'Day', type: 'timestamp' },
      { field: 'source', title: 'Model', type: 'string' },
      { field: 'click_rate', title: 'Clicked of seen', type: 'number' }
    ]),
    width: 12,
    height: 10
  })
}

export function shownByDay(shop: ShopStyle) {
  return timePanel({
    title: 'Served, seen and clicked by day',
    description:
      'Served is not seen: a page may show fewer products than it asked for, or be left before they come into view.',
    noValue: NOTHING,
    query: askFile(file('by-day'), shop, [
      { field: 'time', title: 'Day', type: 'timestamp' },
      { field: 'served', title: 'Served', type: 'number', colour: colours.gross },
      { field: 'viewed', title: 'Seen', type: 'number', colour: colours.net },
      { field: 'clicked', title: 'Clicked', type: 'number', colour: colours.refunds }
    ]),
    width: 12,
    height: 10
  })
}

export function byPlacement(shop: ShopStyle) {
  return tablePanel({
    title: 'By place and model',
    description: 'The same figures for each place on the page and each model, the most served first.',
    noValue: NOTHING,
    query: askFile(file('by-placement'), shop, [
      { field: 'placement', title: 'Place', type: 'string', minWidth: 120 },
      { field: 'source', title: 'Model', type: 'string', minWidth: 120 },
      ...steps
    ]),
    width: 24,
    height: 9
  })
}

export function mostServed() {
  return tablePanel({
    title: 'Recommended most',
    description: `The ${ROWS} products that answers of the API named most often in these days, of all places and models, and the clicks that came back for them.`,
    noValue: NOTHING,
    query: new ApiQuery('/v1/recommendations/most-served', {
      query: { ...boardDays, limit: String(ROWS) },
      columns: [
        ...productColumns,
        count('served', 'Served'),
        count('clicked', 'Clicked'),
        rate('click_rate', 'Clicked of served')
      ]
    }),
    width: 12,
    height: 9
  })
}
