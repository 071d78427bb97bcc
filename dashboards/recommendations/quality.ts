import type { Column } from '../column.ts'
import { statPanel, tablePanel, timePanelBy } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { COUNT, PLAIN, SHARE, type ShopStyle } from '../style.ts'

const NOTHING = 'The job of quality has not run yet'
const file = (name: string) => new URL(`${name}.sql`, import.meta.url)
const share = (field: string, title: string): Column => ({
  field,
  title,
  type: 'number',
  unit: SHARE,
  decimals: 1
})

export function breadth(shop: ShopStyle) {
  return statPanel({
    title: 'How far recommendations reach',
    description:
      'Of the lists that visitors get, when they were last judged: the share of the catalogue that comes up at all; how unlike the products of one list are; how rare they are, in bits; the share of popular products; and how unevenly products come up, 0 being evenly.',
    noValue: NOTHING,
    unit: PLAIN,
    decimals: 2,
    query: askFile(file('breadth'), shop, [
      share('coverage', 'Coverage'),
      { field: 'diversity', title: 'Diversity', type: 'number' },
      { field: 'novelty', title: 'Novelty', type: 'number', unit: 'suffix: bits', decimals: 1 },
      share('popularity_share', 'Popular'),
      { field: 'gini', title: 'Gini', type: 'number' },
      { field: 'age_hours', title: 'Judged before', type: 'number', unit: 'suffix: h', decimals: 0 }
    ]),
    width: 24,
    height: 4
  })
}

export function qualityOverTime(shop: ShopStyle) {
  return timePanelBy({
    title: 'Quality by model over time',
    description:
      'The figure chosen above, for works that a customer never had, judged by what customers bought next. The list of visitors is the blend; the others are its parts, each alone.',
    noValue: NOTHING,
    unit: PLAIN,
    decimals: 3,
    query: askFile(file('quality-over-time'), shop, [
      { field: 'time', title: 'Judged', type: 'timestamp' },
      { field: 'model', title: 'Model', type: 'string' },
      { field: 'value', title: 'Value', type: 'number' }
    ]),
    width: 12,
    height: 10
  })
}

export function latestQuality(shop: ShopStyle) {
  return tablePanel({
    title: 'Quality when last judged',
    description:
      'Every figure of every model with its 95 % interval over customers, as the dictionary explains them.',
    noValue: NOTHING,
    unit: PLAIN,
    decimals: 3,
    query: askFile(file('latest-quality'), shop, [
      { field: 'model', title: 'Model', type: 'string', minWidth: 110 },
      { field: 'question', title: 'Of works', type: 'string' },
      { field: 'metric', title: 'Figure', type: 'string', minWidth: 110 },
      { field: 'value', title: 'Value', type: 'number' },
      { field: 'low', title: 'From', type: 'number' },
      { field: 'high', title: 'To', type: 'number' },
      { field: 'users', title: 'Customers', type: 'number', unit: COUNT, decimals: 0, width: 90 }
    ]),
    width: 12,
    height: 10
  })
}
