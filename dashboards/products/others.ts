import { tablePanel } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { COUNT, PLAIN, SHARE, type ShopStyle } from '../style.ts'
import { productColumns } from '../trade/products.ts'

const file = (name: string) => new URL(`${name}.sql`, import.meta.url)

export function boughtWith(shop: ShopStyle) {
  return tablePanel({
    title: 'Bought with',
    description:
      'Works that were bought in one order with it, of all time: the share of its orders that have both, and how much more often than by chance, which is 1.',
    noValue: 'Nothing was bought with it five times or more',
    query: askFile(file('bought-with'), shop, [
      ...productColumns,
      { field: 'orders_together', title: 'Orders with both', type: 'number', unit: COUNT, width: 90 },
      { field: 'confidence', title: 'Of its orders', type: 'number', unit: SHARE, width: 90 },
      { field: 'lift', title: 'Lift', type: 'number', unit: PLAIN, decimals: 1 }
    ]),
    width: 12,
    height: 9
  })
}

export function sameArtist(shop: ShopStyle) {
  return tablePanel({
    title: 'Of the same work or artist',
    description:
      'Other editions of the work and other products of its artist, with the units that they sold in these days.',
    noValue: 'There is nothing else of its work or artist',
    query: askFile(file('same-artist'), shop, [
      ...productColumns,
      { field: 'format', title: 'Format', type: 'string' },
      { field: 'units_sold', title: 'Units', type: 'number', unit: COUNT }
    ]),
    width: 12,
    height: 9
  })
}
