import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { FOLDER } from '../provision.ts'
import type { ShopStyle } from '../style.ts'
import { fileRule, type Rule } from './rule.ts'
import { groups, retired } from './rules.ts'

/** All rules as a file that Grafana reads when it starts. */
export function alertRules(shop: ShopStyle, boards: Record<string, Dashboard>): unknown {
  const runbooks = `http://${shop.HOST}:${shop.PORT}/docs/alerts`
  return {
    apiVersion: 1,
    groups: groups(shop).map(({ rules, ...group }) => ({
      orgId: 1,
      ...group,
      folder: FOLDER,
      rules: rules.map((rule) => fileRule(rule, { runbooks, panelId: panelIdOf(rule, boards) }))
    })),
    deleteRules: retired.map((uid) => ({ orgId: 1, uid }))
  }
}

function panelIdOf({ uid, board, panel }: Rule, boards: Record<string, Dashboard>): number {
  const found = boards[board]?.panels?.find(({ title }) => title === panel)
  if (found?.id === undefined) throw new Error(`${uid}: the board ${board} has no panel "${panel}"`)
  return found.id
}

/**
 * Who is told: one address of the environment, which must not be empty, or Grafana would not start. All of one rule are one
 * message; who is woken at night is told again after four hours, the others after a day.
 */
export function notifications(): unknown {
  const name = 'flipside'
  return {
    apiVersion: 1,
    contactPoints: [
      {
        orgId: 1,
        name,
        receivers: [{ uid: 'flipside-webhook', type: 'webhook', settings: { url: '$ALERTS_URL' } }]
      }
    ],
    policies: [
      {
        orgId: 1,
        receiver: name,
        group_by: ['grafana_folder', 'alertname'],
        group_wait: '1m',
        group_interval: '15m',
        repeat_interval: '1d',
        routes: [{ receiver: name, object_matchers: [['severity', '=', 'critical']], repeat_interval: '4h' }]
      }
    ]
  }
}
