import { readdirSync, readFileSync } from 'node:fs'
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { boards as makers, renderFiles } from '../../dashboards/render-files.ts'
import { INFINITY } from '../../dashboards/sources/api.ts'
import { PROMETHEUS } from '../../dashboards/sources/health.ts'
import { WAREHOUSE } from '../../dashboards/sources/warehouse.ts'
import { listMappings, moneyUnit } from '../../dashboards/style.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { boards, grafanaRegExp } from './boards.ts'

const readFile = (path: string) => readFileSync(new URL(`../../dashboards/${path}`, import.meta.url), 'utf8')
const rendered = renderFiles(readConfig({}))

test.each([...rendered.keys()])('%s is what `npm run dashboards` writes, twice the same', (path) => {
  expect(readFile(path)).toBe(rendered.get(path))
  expect(renderFiles(readConfig({})).get(path)).toBe(rendered.get(path))
})

test('no file of boards is left that the code no longer writes', () => {
  expect(boards.map(({ name }) => name).toSorted()).toEqual(
    Object.keys(makers)
      .map((name) => `${name}.json`)
      .toSorted()
  )
})

test('every SQL file of boards says what one row is, and is asked by a board', () => {
  const folder = new URL('../../dashboards/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sql')
  )
  const all = [...rendered.values()].join('\n')
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) {
    const [first = ''] = readFile(file).split('\n')
    expect([file, first]).toEqual([file, expect.stringMatching(/^-- One row is /)])
    expect([file, all.includes(JSON.stringify(first).slice(1, -1))]).toEqual([file, true])
  }
})

test('provisioning names the data sources, which may do no more than read, and keeps the boards as they are', () => {
  const { datasources } = parse(readFile('provisioning/datasources/flipside.yaml'))
  expect(datasources).toMatchObject([
    {
      uid: INFINITY.uid,
      type: INFINITY.plugin,
      url: '$API_URL',
      editable: false,
      jsonData: { allowedHosts: ['$API_URL'] }
    },
    {
      uid: WAREHOUSE.uid,
      type: WAREHOUSE.plugin,
      editable: false,
      jsonData: {
        host: '$WAREHOUSE_HOST',
        protocol: 'http',
        username: '$WAREHOUSE_USER',
        defaultDatabase: 'mart'
      },
      secureJsonData: { password: '$WAREHOUSE_PASSWORD' }
    },
    { uid: PROMETHEUS.uid, type: PROMETHEUS.plugin, url: '$PROMETHEUS_URL', editable: false }
  ])
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
  const files = renderFiles(
    readConfig({ SHOP_TIME_ZONE: 'America/New_York', SHOP_CURRENCY: 'USD', HOST: 'shop.test', PORT: '80' })
  )
  for (const name of Object.keys(makers)) {
    const text = files.get(`boards/${name}.json`)
    expect(text).toContain('"timezone": "America/New_York"')
    expect(text).toContain('"query": "http://shop.test:80"')
    expect(text).not.toMatch(/£|GBP|Europe/)
  }
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
