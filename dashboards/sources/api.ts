import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'
import type { BoardQuery, Column } from '../column.ts'

/** The plugin that reads the API, and its version as seen at work. */
export const INFINITY = {
  plugin: 'yesoreyeram-infinity-datasource',
  plugin_version: '3.11.1',
  uid: 'flipside-api'
} as const
const datasource = { type: INFINITY.plugin, uid: INFINITY.uid }

/**
 * The days of the board's range. Grafana writes them in the zone of the viewer's browser, so a viewer far from the
 * shop may see a day more or less at either end, never a day's figures cut.
 */
export const boardDays = { from: '${__from:date:YYYY-MM-DD}', to: '${__to:date:YYYY-MM-DD}' }
/** The end of the range as an instant: now, unless somebody looks back. */
export const BOARD_END = '${__to:date:iso}'

/**
 * A GET of the API: the path is appended to the data source's address, so that no board names a host. Parsed in
 * Grafana's server, which alone can reach the API.
 */
export class ApiQuery implements BoardQuery {
  readonly datasource = datasource
  readonly url: string
  readonly columns: readonly Column[]
  readonly #root: string | undefined

  /** `root` is where the rows are: a path with dots, or nothing at all when the answer itself is the one row. */
  constructor(
    path: string,
    options: { query: Record<string, string>; columns: readonly Column[]; root?: string }
  ) {
    // Not URLSearchParams: Grafana must find its own `${…}` unescaped.
    const query = Object.entries(options.query).map(([key, value]) => `${key}=${value}`)
    this.url = [path, ...(query.length > 0 ? [query.join('&')] : [])].join('?')
    this.columns = options.columns
    this.#root = options.root
  }

  /** The same figures from the API itself. `:raw`, because Grafana escapes what it puts into links. */
  get link(): DashboardLinkBuilder {
    return new DashboardLinkBuilder('These figures from the API')
      .type(DashboardLinkType.Link)
      .url(`\${shop_url:raw}${this.url}`)
      .targetBlank(true)
  }

  build() {
    return { ...infinityQuery(this.url, this.columns, this.#root), _implementsDataqueryVariant() {} }
  }
}

/** `rows` is the list in every answer made for boards. Columns keep the API's names: links and overrides use them. */
export function infinityQuery(
  url: string,
  columns: readonly { field: string; type: string; as?: string }[],
  root_selector = 'rows'
) {
  return {
    refId: 'A',
    datasource,
    type: 'json',
    source: 'url',
    format: 'table',
    parser: 'backend',
    url,
    url_options: { method: 'GET', data: '' },
    root_selector,
    columns: columns.map(({ field, type, as = field }) => ({ selector: field, text: as, type })),
    filters: [],
    global_query_id: ''
  }
}
