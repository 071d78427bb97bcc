import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'

/** The plugin that reads the API, its version as seen at work, and the one data source of the boards. */
export const INFINITY = {
  plugin: 'yesoreyeram-infinity-datasource',
  plugin_version: '3.11.1',
  uid: 'flipside-api'
} as const
export const datasource = { type: INFINITY.plugin, uid: INFINITY.uid }

/**
 * The days of the board's range. Grafana writes them in the zone of the viewer's browser, so a viewer far from the
 * shop may see a day more or less at either end, never a day's figures cut.
 */
export const boardDays = { from: '${__from:date:YYYY-MM-DD}', to: '${__to:date:YYYY-MM-DD}' }

/** A field of the API's answer, as the panels show it. */
export type Column = {
  field: string
  title: string
  type: 'string' | 'number' | 'timestamp'
}

/**
 * A GET of the API: the path is appended to the data source's address, so that no board names a host. Parsed in
 * Grafana's server, which alone can reach the API.
 */
export class InfinityQuery implements Builder<Dataquery> {
  readonly #url: string
  readonly #columns: readonly Column[]

  constructor(path: string, options: { query: Record<string, string>; columns: readonly Column[] }) {
    // Not URLSearchParams: Grafana must find its own `${…}` unescaped.
    const query = Object.entries(options.query).map(([key, value]) => `${key}=${value}`)
    this.#url = [path, ...(query.length > 0 ? [query.join('&')] : [])].join('?')
    this.#columns = options.columns
  }

  get url(): string {
    return this.#url
  }

  /** `rows` is the list in every answer made for boards. Columns keep the API's names: links and overrides use them. */
  build() {
    return {
      refId: 'A',
      datasource,
      type: 'json',
      source: 'url',
      format: 'table',
      parser: 'backend',
      url: this.#url,
      url_options: { method: 'GET', data: '' },
      root_selector: 'rows',
      columns: this.#columns.map(({ field, type }) => ({ selector: field, text: field, type })),
      filters: [],
      global_query_id: '',
      _implementsDataqueryVariant() {}
    }
  }
}
