import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { jobMinutes } from '../../dashboards/alerts/jobs.ts'
import type { fileRule } from '../../dashboards/alerts/rule.ts'
import { retired } from '../../dashboards/alerts/rules.ts'
import { INFINITY } from '../../dashboards/sources/api.ts'
import { PROMETHEUS } from '../../dashboards/sources/health.ts'
import { WAREHOUSE } from '../../dashboards/sources/warehouse.ts'
import { jobs } from '../../jobs/jobs.ts'
import { headingId } from '../../models/contracts/heading-id.ts'
import { fakeApp } from '../api/fakes.ts'
import { boards } from './boards.ts'

/** The committed files: what Grafana reads. */
const readText = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const text = readText('dashboards/provisioning/alerting/rules.json')
type FileRule = ReturnType<typeof fileRule>
type FileGroup = { orgId: number; name: string; folder: string; interval: string; rules: FileRule[] }
const file: { apiVersion: number; groups: FileGroup[]; deleteRules: unknown[] } = JSON.parse(text)
const rules = file.groups.flatMap(({ rules: own, ...group }) => own.map((rule) => ({ ...rule, group })))
const page = await fakeApp({ products: [] })
const runbooks = (await page.app.inject('/docs/alerts')).body
await page.app.close()
const minutesOf = (text: string) =>
  Number.parseInt(text, 10) * (text.endsWith('h') ? 60 : text.endsWith('d') ? 1_440 : 1)

test('the file has the shape that Grafana provisions, with rules of each part of the shop', () => {
  expect(file.apiVersion).toBe(1)
  expect(file.deleteRules).toEqual(retired.map((uid) => ({ orgId: 1, uid })))
  expect(file.groups.map(({ name }) => name)).toEqual(['Stock', 'Trade', 'Recommendations', 'Pipeline'])
  for (const group of file.groups)
    expect(group).toMatchObject({
      orgId: 1,
      folder: 'Flipside',
      interval: expect.stringMatching(/^\d+[mh]$/)
    })
})

test('no rule has another one’s name, nor that of one that was taken out', () => {
  for (const names of [rules.map(({ uid }) => uid), rules.map(({ title }) => title)])
    expect(new Set(names).size).toBe(rules.length)
  expect(retired.filter((uid) => rules.some((rule) => rule.uid === uid))).toEqual([])
})

test('nothing in it is read from the environment, or is a variable of boards, which alerts do not have', () => {
  expect(text).not.toContain('$')
  for (const { data } of rules) expect(JSON.stringify(data)).not.toMatch(/\{[a-z_ ]+\}"|\{SHOP/)
})

describe.each(rules)('$title', (rule) => {
  const [query, threshold] = rule.data
  test('has a name that Grafana takes, and says what it found', () => {
    expect(rule.uid).toMatch(/^[a-z][a-z-]{3,39}$/)
    expect(rule.annotations.summary).toMatch(/^(\{\{|[A-Z]).{20,}[^.]$/)
  })

  test('asks one question of a source that is provisioned, for one figure', () => {
    expect([WAREHOUSE.uid, INFINITY.uid, PROMETHEUS.uid]).toContain(query?.datasourceUid)
    expect(query?.model).toMatchObject({ refId: 'A', datasource: { uid: query?.datasourceUid } })
    if (query?.datasourceUid === INFINITY.uid)
      expect(query.model).toMatchObject({ parser: 'backend', columns: [{ type: 'number' }] })
    if (query?.datasourceUid === WAREHOUSE.uid)
      expect(query.model).toMatchObject({
        editorType: 'sql',
        format: 1,
        rawSql: expect.stringMatching(/^-- One row is /)
      })
    if (query?.datasourceUid === PROMETHEUS.uid)
      expect(query.model).toMatchObject({ instant: true, range: false })
  })

  test('alerts by a bound on that figure', () => {
    expect(rule.data.map(({ refId }) => refId)).toEqual(['A', 'C'])
    expect(rule.condition).toBe('C')
    expect(threshold).toMatchObject({
      datasourceUid: '__expr__',
      model: { refId: 'C', type: 'threshold', expression: 'A' }
    })
  })

  test('waits before it alerts, at least as long as until it is asked again', () => {
    expect(rule.for).toMatch(/^\d+[mh]$/)
    expect(minutesOf(rule.for)).toBeGreaterThanOrEqual(minutesOf(rule.group.interval))
  })

  test('says on purpose what no answer means: nothing, but where that is the alert', () => {
    expect(rule.noDataState).toBe(rule.uid === 'process-down' ? 'Alerting' : 'OK')
    expect(rule.execErrState).toBe(rule.labels.team === 'pipeline' ? 'Error' : 'KeepLast')
    expect(rule.isPaused).toBe(false)
  })

  test('has somebody to care, and something that they do', () => {
    expect(rule.labels).toEqual({
      team: expect.stringMatching(/^(buying|trade|pipeline)$/),
      severity: expect.stringMatching(/^(warning|critical)$/)
    })
    const anchor = headingId(rule.title)
    expect(rule.annotations.runbook_url).toBe(`http://127.0.0.1:8080/docs/alerts#${anchor}`)
    expect(runbooks).toContain(`<h2 id="${anchor}">${rule.title}</h2>`)
    const [, section = ''] = readText('docs/alerts.md').split(`## ${rule.title}\n`)
    expect(section.split('\n## ')[0]).toMatch(/\*\*Look at\*\*[^]*\*\*Do:\*\*/)
  })

  test('leads to a panel that there is', () => {
    const { board } = boards.find((one) => one.board.uid === rule.dashboardUid) ?? {}
    expect(board?.panels?.filter(({ id }) => id === rule.panelId)).toHaveLength(1)
  })
})

test('what to do is said of no rule that there is not', () => {
  const headings = [...readText('docs/alerts.md').matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(rules.map(({ title }) => title))
})

test('every job of the schedule is watched, and may be as late as two of its turns', () => {
  const scheduled = jobs.filter(({ cron }) => cron !== undefined)
  expect(scheduled.map(({ name }) => name).toSorted()).toEqual(Object.keys(jobMinutes).toSorted())
  const allowed = new Map<string, number>(Object.entries(jobMinutes))
  for (const { name, cron = '' } of scheduled) {
    const minutes = allowed.get(name) ?? 0
    const [minute = '', hour = ''] = cron.split(' ')
    const turn =
      hour !== '*' ? 1_440 : /^\d+$/.test(minute) ? 60 : Number(/^\*\/(\d+)$/.exec(minute)?.[1] ?? 1)
    expect([name, minutes > turn && minutes >= Math.min(2 * turn, turn + 180)]).toEqual([name, true])
  }
})

test('one address is told, rule by rule, and it is not empty where nobody set it', () => {
  const notifications = parse(readText('dashboards/provisioning/alerting/notifications.yaml'))
  expect(notifications.contactPoints).toMatchObject([
    { name: 'flipside', receivers: [{ type: 'webhook', settings: { url: '$ALERTS_URL' } }] }
  ])
  expect(notifications.policies).toMatchObject([
    { receiver: 'flipside', group_by: ['grafana_folder', 'alertname'] }
  ])
  const compose = parse(readText('docker-compose.yml'))
  expect(compose.services.grafana.environment.ALERTS_URL).toMatch(/^\$\{ALERTS_URL:-http:\/\/.+\}$/)
})
