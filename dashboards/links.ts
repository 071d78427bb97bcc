import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'

/** Fixed: links and bookmarks hold them. */
export const uids = {
  trade: 'flipside-trade',
  products: 'flipside-products',
  artists: 'flipside-artists',
  stock: 'flipside-stock',
  recommendations: 'flipside-recommendations',
  customers: 'flipside-customers',
  pipeline: 'flipside-pipeline'
} as const
export const TAG = 'flipside'

/** To a product's board in the same days, and to its page in the shop: from any row with its product_id. */
export const productLinks = [
  {
    title: 'All about it in these days',
    url: `/d/${uids.products}?var-product_id=\${__data.fields.product_id}&\${__url_time_range}`
  },
  { title: 'In the shop', url: '${shop_url:raw}/product/${__data.fields.product_id}', targetBlank: true }
]

/** The bar of every board. */
export const boardLinks = (): DashboardLinkBuilder[] => [
  new DashboardLinkBuilder('Boards')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .keepTime(true),
  pageLink('The shop', '/'),
  pageLink('The API', '/docs'),
  pageLink('What the figures mean', '/docs/data')
]

function pageLink(title: string, path: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .url(`\${shop_url:raw}${path}`)
    .icon('external link')
    .targetBlank(true)
}
