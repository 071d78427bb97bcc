import { statPanel, tablePanel } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, moneyUnit, SHARE, type ShopStyle } from '../style.ts'
import { productColumns } from '../trade/products.ts'

export function rentalsNow(shop: ShopStyle) {
  return statPanel({
    title: 'Rentals now',
    description:
      'Copies that are out, that should be back by now, that were lost, and the deposits that are held for them.',
    noValue: 'Nothing was ever rented',
    query: askFile(new URL('rentals-now.sql', import.meta.url), shop, [
      { field: 'out', title: 'Out', type: 'number', unit: COUNT },
      {
        field: 'overdue',
        title: 'Overdue',
        type: 'number',
        unit: COUNT,
        steps: { base: colours.plain, steps: [{ from: 1, color: colours.warn }] }
      },
      { field: 'lost', title: 'Lost', type: 'number', unit: COUNT },
      { field: 'deposit_held', title: 'Deposits', type: 'number', unit: moneyUnit(shop.SHOP_CURRENCY) }
    ]),
    width: 24,
    height: 4
  })
}

export function utilisation(shop: ShopStyle) {
  return tablePanel({
    title: 'Which copies earn their place',
    description:
      'Copy-days out in these days as a share of copy-days in service, of the products rented most.',
    noValue: 'Nothing was rented in these days',
    query: askFile(new URL('utilisation.sql', import.meta.url), shop, [
      ...productColumns,
      { field: 'copies', title: 'Copies', type: 'number', unit: COUNT },
      { field: 'started', title: 'Rentals', type: 'number', unit: COUNT },
      { field: 'utilisation', title: 'Of their time out', type: 'number', unit: SHARE, decimals: 1 }
    ]),
    width: 24,
    height: 9
  })
}
