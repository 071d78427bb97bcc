import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { readSql, WAREHOUSE, warehouseQuery } from './sources/warehouse.ts'
import { colours, type ShopStyle } from './style.ts'

/** Times of promotions, shaded over every chart. */
export const promotions = (shop: ShopStyle): AnnotationQueryBuilder =>
  annotation('Promotions', { file: 'promotions', color: colours.refunds, shop })

/** Days on which products came out that were not sold before: a line. */
export const releases = (shop: ShopStyle): AnnotationQueryBuilder =>
  annotation('Releases', { file: 'releases', color: colours.net, shop })

/** When another version of the recommendations was first judged: a line. */
export const modelVersions = (shop: ShopStyle): AnnotationQueryBuilder =>
  annotation('Model versions', { file: 'model-versions', color: colours.gross, shop })

/** When the board's product was low or sold out, shaded. */
export const stockAlerts = (shop: ShopStyle): AnnotationQueryBuilder =>
  annotation('Low stock', { file: 'stock-alerts', color: colours.bad, shop })

function annotation(
  name: string,
  { file, color, shop }: { file: string; color: string; shop: ShopStyle }
): AnnotationQueryBuilder {
  const sql = readSql(new URL(`annotations/${file}.sql`, import.meta.url), shop)
  const target: Builder<Dataquery> = {
    build: () => ({ ...warehouseQuery(sql), refId: 'Anno', _implementsDataqueryVariant() {} })
  }
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource({ type: WAREHOUSE.plugin, uid: WAREHOUSE.uid })
    .enable(true)
    .iconColor(color)
    .target(target)
}
