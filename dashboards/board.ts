import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  ConstantVariableBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  type AnnotationQuery,
  type Dashboard,
  type VariableModel
} from '@grafana/grafana-foundation-sdk/dashboard'
import { boardLinks, TAG } from './links.ts'
import type { PanelBuilder } from './panel.ts'
import type { ShopStyle } from './style.ts'

/** A board answers one question; its panels go from the general to the specific. */
export type BoardParts = {
  uid: string
  title: string
  question: string
  /** As far back as it looks at first, for example `now-6d/d`. */
  from: string
  refresh: string
  variables?: readonly Builder<VariableModel>[]
  annotations?: readonly Builder<AnnotationQuery>[]
  panels: readonly PanelBuilder[]
}

export function makeBoard(shop: ShopStyle, parts: BoardParts): Dashboard {
  const board = new DashboardBuilder(parts.title)
    .uid(parts.uid)
    .description(parts.question)
    .tags([TAG])
    .readonly()
    .timezone(shop.SHOP_TIME_ZONE)
    .weekStart('monday')
    .time({ from: parts.from, to: 'now' })
    .refresh(parts.refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new ConstantVariableBuilder('shop_url')
        .description("The shop's address as the viewer's browser reaches it; Grafana itself uses $API_URL")
        .value(`http://${shop.HOST}:${shop.PORT}`)
    )
    .links(boardLinks())
  for (const variable of parts.variables ?? []) board.withVariable(variable)
  for (const annotation of parts.annotations ?? []) board.annotation(annotation)
  // A panel's id is part of links to it, so it is its place here, not chance.
  for (const [i, panel] of parts.panels.entries()) board.withPanel(panel.id(i + 1))
  const built = board.build()
  // The builder puts links and marks into a menu; a board's own belong on its bar.
  for (const one of [...(built.links ?? []), ...(built.annotations?.list ?? [])]) delete one.placement
  return built
}
