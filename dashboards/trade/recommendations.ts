import * as table from '@grafana/grafana-foundation-sdk/table'
import { boardDays, datasource, InfinityQuery, type Column } from '../infinity.ts'
import { apiLink, colours, COUNT, emptyCells, organize, productPage, SHARE, thresholds } from '../style.ts'

const ROWS = 20

export function mostServedPanel(): table.PanelBuilder {
  const columns: Column[] = [
    { field: 'product_id', title: 'Product', type: 'string' },
    { field: 'title', title: 'Title', type: 'string' },
    { field: 'served', title: 'Times served', type: 'number' },
    { field: 'clicked', title: 'Times clicked', type: 'number' },
    { field: 'click_rate', title: 'Clicked of served', type: 'number' }
  ]
  const query = new InfinityQuery('/v1/recommendations/most-served', {
    query: { ...boardDays, limit: String(ROWS) },
    columns
  })
  return new table.PanelBuilder()
    .title('Recommended most')
    .description(
      `The ${ROWS} products that answers of the API named most often in these days, and the clicks that came back for them. ` +
        'Served is not seen: a page may show fewer than it asked for.'
    )
    .datasource(datasource)
    .withTarget(query)
    .withTransformation(organize(columns))
    .links([apiLink(query)])
    .unit(COUNT)
    .decimals(0)
    .thresholds(thresholds(colours.plain))
    .noValue('Nothing was recommended in these days')
    .overrideByRegexp(...emptyCells)
    .overrideByName('product_id', [{ id: 'custom.width', value: 110 }])
    .overrideByName('title', [{ id: 'custom.minWidth', value: 220 }, productPage])
    .overrideByName('click_rate', [
      { id: 'unit', value: SHARE },
      { id: 'decimals', value: 1 }
    ])
}
