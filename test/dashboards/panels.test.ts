import { describe, expect, test } from 'vitest'
import { grafanaRegExp, isApi, isHealth, isWarehouse, panels } from './boards.ts'

/** The narrowest screen that a merchandiser has, less Grafana's own edges. */
const SCREEN_PX = 1_366 - 40
const COLUMN_PX_MIN = 70
const FIGURE_PX_MIN = 120
const UNIT = /^(locale|none|percentunit|s|suffix: (d|h|min|bits|\/s)|currency:financial:.+|dateTimeAsLocal)$/

describe.each(panels)('$board: $title', ({ board, panel, targets, columns, titles }) => {
  const defaults = panel.fieldConfig?.defaults
  const overrides = panel.fieldConfig?.overrides ?? []
  const isChart = ['timeseries', 'barchart'].includes(panel.type)

  test('says what it shows, in which unit, and in plain words when there is nothing', () => {
    expect(panel.title).toMatch(/^[A-Z].{3,60}$/)
    expect(panel.description).toMatch(/^.{20,}\.$/)
    expect(defaults?.unit).toBeTruthy()
    expect(defaults?.noValue).toMatch(/^[A-Z][\w', ]+ [\w', ]+[^.]$/)
  })

  test('uses units that abbreviate nothing', () => {
    const units = overrides.flatMap(({ properties }) => properties).filter(({ id }) => id === 'unit')
    for (const unit of [defaults?.unit, ...units.map(({ value }) => value)]) expect(unit).toMatch(UNIT)
    expect(defaults?.decimals).toBeTypeOf('number')
  })

  test('sets its own colours, because the defaults paint high figures red', () => {
    const own = overrides.flatMap(({ properties }) => properties.filter(({ id }) => id === 'thresholds'))
    expect(defaults?.thresholds?.steps).toEqual([{ value: null, color: 'text' }])
    for (const { steps } of own.map(({ value }) => value)) {
      expect(steps[0].value).toBeNull()
      const values = steps.slice(1).map(({ value }: { value: number }) => value)
      expect(values).toEqual(values.toSorted((a: number, b: number) => a - b))
    }
  })

  test('asks one data source that is provisioned, by letters of their own', () => {
    expect(targets.length).toBeGreaterThan(0)
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
    for (const target of targets) {
      expect(target.datasource).toEqual(panel.datasource)
      expect([isApi, isWarehouse, isHealth].filter((is) => is(target))).toHaveLength(1)
    }
  })

  test('lets the server parse the API, links to the same figures, and asks once for all of them', () => {
    const fromApi = targets.filter(isApi)
    for (const { parser, url } of fromApi) {
      expect(['backend', 'jq-backend']).toContain(parser)
      expect(url).toMatch(/^\/v1\//)
    }
    expect(fromApi.length).toBeLessThanOrEqual(1)
    expect(panel.links ?? []).toHaveLength(fromApi.length)
  })

  test("asks the marts by the shop's days, which the plugin's own filter of days does not know", () => {
    for (const { rawSql, editorType, format } of targets.filter(isWarehouse)) {
      expect({ editorType, format }).toEqual({ editorType: 'sql', format: 1 })
      expect(rawSql).toMatch(/^-- One row is /)
      expect(rawSql).not.toMatch(/\$__(dateFilter|dateTimeFilter|dt)\b|;\s*$/)
      expect(rawSql.match(/\{(days of|first day|last day|SHOP_)[^}]*\}/)).toBeNull()
      for (const [, variable] of rawSql.matchAll(/\$__conditionalAll\([^$]*\$\{[^}]+\}[^,]*, *(\S+)\)/g)) {
        expect(variable).toMatch(/^\$\w+$/)
      }
    }
  })

  test('brings its columns into order and names them, because the plugin sorts them by name', () => {
    if (targets.every(isHealth)) return
    const organized = panel.transformations?.find(({ id }) => id === 'organize')?.options
    expect(Object.keys(organized?.indexByName)).toEqual(columns)
    expect(Object.values(organized?.indexByName)).toEqual(columns.map((_, i) => i))
    const isParted = panel.transformations?.some(({ id }) => id === 'partitionByValues')
    expect(new Set(Object.values(titles)).size).toBe(isParted ? 1 : columns.length)
    for (const title of Object.values(titles)) expect(title).toMatch(/^[A-Z0-9]/)
    for (const target of targets.filter(isApi))
      expect(target.columns.map(({ text }) => text)).toEqual(columns)
  })

  test('names the lines that it parts by their label, which a new name of the column would hide', () => {
    const [parting] = panel.transformations?.filter(({ id }) => id === 'partitionByValues') ?? []
    if (!parting) return
    const [, by = '', figure = ''] = columns
    expect(parting.options).toMatchObject({ fields: [by], naming: { asLabels: true } })
    const named = overrides.find(({ matcher }) => matcher.options === figure)?.properties
    expect(named).toEqual([{ id: 'displayName', value: `\${__field.labels.${by}}` }])
    expect(Object.keys(titles)).toEqual([columns[0]])
  })

  test('shows big figures of Prometheus without the time that each comes with', () => {
    if (panel.type !== 'stat') return
    expect(panel.options.reduceOptions.fields).toBe(targets.every(isHealth) ? '' : '/.*/')
  })

  test('changes no column that it does not have', () => {
    for (const { matcher } of overrides.filter((one) => one.matcher.options !== '/.*/')) {
      const pattern = matcher.id === 'byRegexp' ? grafanaRegExp(matcher.options) : undefined
      const legends = targets.filter(isHealth).map(({ legendFormat }) => legendFormat)
      const hits = [...columns, ...legends].filter((name) => pattern?.test(name) ?? name === matcher.options)
      expect([matcher.options, hits.length > 0]).toEqual([matcher.options, true])
    }
    const used = [...JSON.stringify(panel).matchAll(/\$\{__data\.fields\.(\w+)\}/g)].map(([, field]) => field)
    expect(columns).toEqual(expect.arrayContaining(used))
  })

  test('leaves an empty cell short, where the message of an empty panel would stand', () => {
    const first = isChart ? undefined : overrides[0]?.properties
    expect(first).toEqual(isChart ? undefined : [{ id: 'noValue', value: '–' }])
  })

  test('gives stacked bars a floor of 0, without which they float', () => {
    const isStacked = [defaults?.custom?.stacking?.mode, panel.options?.stacking].some(
      (mode) => mode !== undefined && mode !== 'none'
    )
    expect(isStacked ? defaults?.min : 0).toBe(0)
  })

  test('asks for nothing that a viewer may not see', () => {
    const hidden = columns.filter((name) => /cost|margin|customer_id|user_id|anonymous/.test(name))
    // Who buys for the shop decides by what an order costs.
    const bought = board === 'stock.json' ? /^(order_|lines_without_)?cost$/ : /^$/
    expect(hidden.filter((name) => !bought.test(name))).toEqual([])
  })

  test('can be read on a laptop', () => {
    const width = (SCREEN_PX * (panel.gridPos?.w ?? 0)) / 24
    const widths = new Map<string, number>()
    for (const { matcher, properties } of overrides) {
      const given = properties.find(({ id }) => id === 'custom.width' || id === 'custom.minWidth')
      if (given) widths.set(matcher.options, given.value)
    }
    const needed = columns.map((name) =>
      panel.type === 'table' ? (widths.get(name) ?? COLUMN_PX_MIN) : panel.type === 'stat' ? FIGURE_PX_MIN : 0
    )
    expect(needed.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(width)
  })
})

test('a figure of one name has one unit on all boards', () => {
  const units = new Map<string, Set<string>>()
  for (const { panel, titles } of panels) {
    for (const [field, title] of Object.entries(titles)) {
      const own = panel.fieldConfig?.overrides?.find(({ matcher }) => matcher.options === field)
      const unit = own?.properties.find(({ id }) => id === 'unit')?.value ?? panel.fieldConfig?.defaults?.unit
      units.set(title, (units.get(title) ?? new Set()).add(unit))
    }
  }
  const texts = new Set([
    'Since',
    'Model',

    'Product',
    'Title',
    'Stage',
    'Reason',
    'Category',
    'Day',
    'Hour',
    'Country',
    'Channel',
    'Format'
  ])
  const several = [...units].filter(([title, of]) => of.size > 1 && !texts.has(title))
  expect(several).toEqual([])
})
