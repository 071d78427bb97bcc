import {
  ConstantVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Dashboard
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { ShopStyle } from './style.ts'
import { topProductsPanel } from './trade/products.ts'
import { mostServedPanel } from './trade/recommendations.ts'
import { salesByCountryPanel, salesByDayPanel, summaryPanel } from './trade/sales.ts'
import { runningOutPanel } from './trade/stock.ts'

const TAG = 'flipside'

/** How is trade going: from the sum of the days, over days and countries, to products. */
export function tradeBoard(shop: ShopStyle): Dashboard {
  const panels = [
    summaryPanel(shop).span(24).height(5),
    salesByDayPanel(shop).span(16).height(11),
    salesByCountryPanel(shop).span(8).height(11),
    topProductsPanel(shop).span(24).height(10),
    runningOutPanel().span(24).height(10),
    mostServedPanel().span(24).height(10)
  ]
  const board = new DashboardBuilder('Trade')
    .uid('flipside-trade')
    .description('Sales by day and country, top products, stock that runs out, what is recommended most')
    .tags([TAG])
    .readonly()
    .timezone(shop.SHOP_TIME_ZONE)
    .weekStart('monday')
    .time({ from: 'now-29d/d', to: 'now/d' })
    // Sales are recomputed every five minutes.
    .refresh('5m')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new ConstantVariableBuilder('shop_url')
        .description("The shop's address as the viewer's browser reaches it; Grafana itself uses $API_URL")
        .value(`http://${shop.HOST}:${shop.PORT}`)
    )
    .links([
      new DashboardLinkBuilder('Boards')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .keepTime(true),
      pageLink('The shop', '/'),
      pageLink('The API', '/docs')
    ])
  // A panel's id is part of links to it, so it is its place here, not chance.
  for (const [i, panel] of panels.entries()) board.withPanel(panel.id(i + 1))
  const built = board.build()
  // The builder puts every link into a menu; a board's own belong on its bar.
  for (const link of built.links ?? []) delete link.placement
  return built
}

function pageLink(title: string, path: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .url(`\${shop_url:raw}${path}`)
    .icon('external link')
    .targetBlank(true)
}
