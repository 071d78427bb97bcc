import { readFileSync } from 'node:fs'
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { INFINITY } from '../../dashboards/infinity.ts'
import { renderFiles } from '../../dashboards/render-files.ts'
import { listMappings, moneyUnit } from '../../dashboards/style.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { boards, grafanaRegExp, panels } from './boards.ts'

const readFile = (path: string) => readFileSync(new URL(`../../dashboards/${path}`, import.meta.url), 'utf8')
const rendered = renderFiles(readConfig({}))

test.each([...rendered.keys()])('%s is what `npm run dashboards` writes', (path) => {
  expect(readFile(path)).toBe(rendered.get(path))
})

test('no file of boards is left that the code no longer writes', () => {
  expect(boards.map(({ name }) => `boards/${name}`)).toEqual(
    [...rendered.keys()].filter((path) => path.startsWith('boards/'))
  )
})

describe.each(boards)('$name', ({ board }) => {
  test('is a classic board with an address of its own that nobody can change in the browser', () => {
    expect(board).toMatchObject({ schemaVersion: expect.any(Number), editable: false })
    expect(board.uid).toMatch(/^flipside-[a-z-]+$/)
    expect(boards.filter((other) => other.board.uid === board.uid)).toHaveLength(1)
  })

  test("shows the shop's days, with weeks from Monday", () => {
    expect(board).toMatchObject({ timezone: readConfig({}).SHOP_TIME_ZONE, weekStart: 'monday' })
  })

  test('has panels with ids of their own that fit beside each other', () => {
    const places = (board.panels ?? []).map((panel) => ({ id: panel.id, ...panel.gridPos }))
    expect(new Set(places.map(({ id }) => id)).size).toBe(places.length)
    const cells = places.flatMap(({ x = 0, y = 0, w = 0, h = 0 }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`)
    )
    expect(cells.length).toBeGreaterThan(0)
    expect(new Set(cells).size).toBe(cells.length)
    expect(Math.max(...places.map(({ x = 0, w = 0 }) => x + w))).toBeLessThanOrEqual(24)
  })
})

describe.each(panels)('$board: $title', ({ panel, targets }) => {
  const defaults = panel.fieldConfig?.defaults
  const columns = targets.flatMap((target) => target.columns.map(({ selector }) => selector))

  test('says what it shows, in which unit, and what it means when there is nothing', () => {
    expect(panel.title.length).toBeGreaterThan(3)
    expect(panel.description?.length).toBeGreaterThan(20)
    expect(defaults?.unit).toBeTruthy()
    expect(defaults?.noValue).toBeTruthy()
    expect(panel.links?.length).toBeGreaterThan(0)
  })

  test('uses units that abbreviate nothing', () => {
    const overrides = (panel.fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties)
    const units = [defaults?.unit, ...overrides.filter(({ id }) => id === 'unit').map(({ value }) => value)]
    for (const unit of units) expect(unit).toMatch(/^(locale|percentunit|suffix: d|currency:financial:.+)$/)
  })

  test('sets its own colours, because the defaults paint high figures red', () => {
    const steps = defaults?.thresholds?.steps ?? []
    expect(steps[0]).toEqual({ value: null, color: 'text' })
    const values = steps.slice(1).map(({ value }) => value ?? 0)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
  })

  test('asks a data source that is provisioned, and lets the server parse', () => {
    expect(targets.length).toBeGreaterThan(0)
    for (const target of targets) {
      expect(target.datasource).toEqual({ type: INFINITY.plugin, uid: INFINITY.uid })
      expect(['backend', 'jq-backend']).toContain(target.parser)
      expect(target.url).toMatch(/^\/v1\//)
    }
    expect(panel.datasource).toEqual({ type: INFINITY.plugin, uid: INFINITY.uid })
  })

  test('brings its columns into order, because the plugin sorts them by name', () => {
    const last = panel.transformations?.at(-1)
    expect(last?.id).toBe('organize')
    expect(Object.keys(last?.options.indexByName)).toEqual(columns)
    expect(Object.keys(last?.options.renameByName)).toEqual(columns)
    expect(Object.values(last?.options.indexByName)).toEqual(columns.map((_, i) => i))
  })

  test('changes no column that it does not have', () => {
    for (const { matcher } of panel.fieldConfig?.overrides ?? []) {
      const pattern = matcher.id === 'byRegexp' ? grafanaRegExp(matcher.options) : undefined
      const hits = columns.filter((name) => pattern?.test(name) ?? name === matcher.options)
      expect([matcher.options, hits.length > 0]).toEqual([matcher.options, true])
    }
    for (const { options } of panel.transformations?.filter(({ id }) => id === 'filterByValue') ?? []) {
      for (const { fieldName } of options.filters) expect(columns).toContain(fieldName)
    }
  })

  test('leaves an empty cell short, where the message of an empty panel would stand', () => {
    const isChart = ['timeseries', 'barchart'].includes(panel.type)
    const first = isChart ? undefined : panel.fieldConfig?.overrides?.[0]
    expect(first?.properties).toEqual(isChart ? undefined : [{ id: 'noValue', value: '–' }])
  })

  test('gives stacked bars a floor of 0, without which they float', () => {
    const isStacked = [defaults?.custom?.stacking?.mode, panel.options?.stacking].some(
      (mode) => mode !== undefined && mode !== 'none'
    )
    expect(isStacked ? defaults?.min : 0).toBe(0)
  })

  test('asks for nothing that a viewer may not see', () => {
    expect(columns.filter((name) => /cost|margin|customer|user_id|anonymous/.test(name))).toEqual([])
  })
})

test('provisioning names one data source, lets it reach the API alone, and keeps the boards as they are', () => {
  const { datasources } = parse(readFile('provisioning/datasources/flipside.yaml'))
  expect(datasources).toHaveLength(1)
  expect(datasources[0]).toMatchObject({
    uid: INFINITY.uid,
    type: INFINITY.plugin,
    url: '$API_URL',
    editable: false,
    jsonData: { allowedHosts: ['$API_URL'] }
  })
  const { providers } = parse(readFile('provisioning/dashboards/flipside.yaml'))
  expect(providers).toMatchObject([{ allowUiUpdates: false, options: { path: '$BOARDS_DIR' } }])
})

test.each([
  ['GBP', 'currency:financial:£'],
  ['EUR', 'currency:financial:€'],
  ['USD', 'currency:financial:$'],
  ['CHF', 'currency:financial:CHF']
])('%s is shown as %s', (currency, unit) => {
  expect(moneyUnit(currency)).toBe(unit)
})

test('another shop has its own zone, currency and address on every board', () => {
  const text = renderFiles(
    readConfig({ SHOP_TIME_ZONE: 'America/New_York', SHOP_CURRENCY: 'USD', HOST: 'shop.test', PORT: '80' })
  ).get('boards/trade.json')
  expect(text).toContain('"timezone": "America/New_York"')
  expect(text).toContain('"query": "http://shop.test:80"')
  expect(text).not.toMatch(/£|Europe/)
})

test.each([
  ['[]', '–'],
  ['["on_hand"]', 'on_hand'],
  ['["on_hand","lead_time_days"]', 'on_hand, lead_time_days'],
  ['["a","b","c","d"]', 'a, b, c, d']
])('the list %s is shown as %s', (json, words) => {
  const shown = listMappings.map((mapping) => {
    if (mapping.type === MappingType.ValueToText) return mapping.options[json]?.text
    if (mapping.type !== MappingType.RegexToText) return undefined
    const pattern = grafanaRegExp(mapping.options.pattern)
    return pattern.test(json) ? json.replace(pattern, mapping.options.result.text ?? '') : undefined
  })
  expect(shown.filter((text) => text !== undefined)).toEqual([words])
})
