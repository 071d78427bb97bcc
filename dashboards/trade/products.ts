import * as table from '@grafana/grafana-foundation-sdk/table'
import { boardDays, datasource, InfinityQuery, type Column } from '../infinity.ts'
import {
  apiLink,
  colours,
  COUNT,
  emptyCells,
  moneyUnit,
  organize,
  productPage,
  thresholds,
  type ShopStyle
} from '../style.ts'

const TOP_PRODUCTS = 20

export function topProductsPanel({ SHOP_CURRENCY }: ShopStyle): table.PanelBuilder {
  const columns: Column[] = [
    { field: 'product_id', title: 'Product', type: 'string' },
    { field: 'title', title: 'Title', type: 'string' },
    { field: 'units_sold', title: 'Units sold', type: 'number' },
    { field: 'units_refunded', title: 'Units refunded', type: 'number' },
    { field: 'gross_amount', title: 'Gross', type: 'number' },
    { field: 'refund_amount', title: 'Refunds', type: 'number' },
    { field: 'net_amount', title: 'Net', type: 'number' }
  ]
  const query = new InfinityQuery('/v1/sales', {
    query: { ...boardDays, grain: 'total', group_by: 'product_id', limit: String(TOP_PRODUCTS + 1) },
    columns
  })
  return (
    new table.PanelBuilder()
      .title('Top products')
      .description(
        `The ${TOP_PRODUCTS} products with the highest gross sales in these days; postage, fees and the like left out.`
      )
      .datasource(datasource)
      .withTarget(query)
      // What is no product is one row with no product_id; the query asks for one row more.
      .withTransformation({
        id: 'filterByValue',
        options: {
          type: 'include',
          match: 'all',
          filters: [{ fieldName: 'product_id', config: { id: 'isNotNull', options: {} } }]
        }
      })
      .withTransformation(organize(columns))
      .links([apiLink(query)])
      .unit(moneyUnit(SHOP_CURRENCY))
      .decimals(0)
      .thresholds(thresholds(colours.plain))
      .noValue('No sales in these days')
      .overrideByRegexp(...emptyCells)
      .overrideByName('product_id', [{ id: 'custom.width', value: 110 }])
      .overrideByName('title', [{ id: 'custom.minWidth', value: 220 }, productPage])
      .overrideByRegexp('/^units_/', [{ id: 'unit', value: COUNT }])
  )
}
