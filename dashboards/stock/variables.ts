import { CustomVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import type { ShopStyle } from '../style.ts'
import { ALL, ANY, warehouseVariable } from '../variables.ts'

/** As they stand in an address. One at a time where a name may hold a comma, an ampersand or a slash. */
export const chosen = {
  supplier_id: '${supplier_id:percentencode}',
  category: '${category:percentencode}',
  abc: '${abc:csv}'
}

export const stockVariables = (shop: ShopStyle) => [
  warehouseVariable({
    name: 'supplier_id',
    label: 'Supplier',
    description: 'Of all lists of what is there now',
    shop,
    file: new URL('who-delivers.sql', import.meta.url)
  })
    .includeAll(true)
    .allValue(ANY)
    .current(ALL),
  warehouseVariable({
    name: 'category',
    label: 'Category',
    description: 'Of what to order, what runs out and cover; the genre where a product has no category',
    shop,
    file: new URL('categories.sql', import.meta.url)
  })
    .includeAll(true)
    .allValue(ANY)
    .current(ALL),
  new CustomVariableBuilder('abc')
    .label('Class')
    .description('Of what to order, what runs out and cover: A brings most, C least')
    .values('A,B,C')
    .multi(true)
    .includeAll(true)
    .allValue(ANY)
    .current(ALL)
]
