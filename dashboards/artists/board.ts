import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { promotions, releases } from '../annotations.ts'
import { makeBoard } from '../board.ts'
import { freshness } from '../freshness.ts'
import { uids } from '../links.ts'
import { statPanel, tablePanel, timePanel } from '../panel.ts'
import { askFile } from '../sources/warehouse.ts'
import { colours, COUNT, moneyUnit, type ShopStyle } from '../style.ts'
import { asBars } from '../time-chart.ts'
import { productColumns } from '../trade/products.ts'
import { warehouseVariable } from '../variables.ts'

const file = (name: string) => new URL(`${name}.sql`, import.meta.url)
const NOBODY = 'Nothing is sold of an artist of this name'

/** All editions of all works of one artist together: what a release or an obituary moves. */
export const artistsBoard = (shop: ShopStyle): Dashboard =>
  makeBoard(shop, {
    uid: uids.artists,
    title: 'Artists',
    question: `How does all of one artist sell, and what is expected? Amounts are in ${shop.SHOP_CURRENCY}`,
    from: 'now-90d/d',
    refresh: '5m',
    variables: [
      warehouseVariable({
        name: 'artist',
        label: 'Artist',
        description: 'Of whom something is sold',
        file: file('artists'),
        shop
      })
    ],
    annotations: [promotions(shop), releases(shop)],
    panels: [figures(shop), days(shop), products(shop), freshness(shop)]
  })

function figures(shop: ShopStyle) {
  return statPanel({
    title: 'All of the artist',
    description:
      'Net sales and units of these days; what can be sold now, and what the last forecasts expect of four weeks, as of now whatever the range.',
    noValue: NOBODY,
    query: askFile(file('figures'), shop, [
      { field: 'products', title: 'Products', type: 'number', unit: COUNT },
      { field: 'net_amount', title: 'Net', type: 'number', unit: moneyUnit(shop.SHOP_CURRENCY) },
      { field: 'units_sold', title: 'Units', type: 'number', unit: COUNT },
      { field: 'available', title: 'Available', type: 'number', unit: COUNT },
      { field: 'expected_units', title: 'Expected in four weeks', type: 'number', unit: COUNT }
    ]),
    width: 24,
    height: 4
  })
}

function days(shop: ShopStyle) {
  return timePanel({
    title: 'Sold and expected by day',
    description:
      'Units of all products of the artist, and what the last run of the forecasts before each day expected of them together.',
    noValue: NOBODY,
    decimals: 1,
    query: askFile(file('days'), shop, [
      { field: 'time', title: 'Day', type: 'timestamp' },
      { field: 'units_sold', title: 'Units', type: 'number', colour: colours.gross, more: asBars },
      { field: 'expected', title: 'Expected', type: 'number', colour: colours.net }
    ]),
    width: 24,
    height: 9
  })
}

function products(shop: ShopStyle) {
  return tablePanel({
    title: 'Products of the artist',
    description: 'Those that sold most in these days first, at most a hundred.',
    noValue: NOBODY,
    query: askFile(file('products'), shop, [
      ...productColumns,
      { field: 'format', title: 'Format', type: 'string' },
      {
        field: 'net_amount',
        title: 'Net',
        type: 'number',
        unit: moneyUnit(shop.SHOP_CURRENCY)
      },
      { field: 'units_sold', title: 'Units', type: 'number', unit: COUNT },
      { field: 'available', title: 'Available', type: 'number', unit: COUNT },
      { field: 'expected_units', title: 'Expected in four weeks', type: 'number', unit: COUNT }
    ]),
    width: 24,
    height: 12
  })
}
