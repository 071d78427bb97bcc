import { readdirSync, readFileSync } from 'node:fs'
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard'

const BOARDS = new URL('../../dashboards/boards/', import.meta.url)

/** What a panel asks the API, as it stands in the file. */
export type Target = {
  datasource: { type: string; uid: string }
  parser: string
  url: string
  root_selector: string
  columns: { selector: string; text: string; type: string }[]
}
export type BoardPanel = Panel & { title: string }

/** The committed files: what Grafana loads. */
export const boards = readdirSync(BOARDS).map((name) => ({
  name,
  board: JSON.parse(readFileSync(new URL(name, BOARDS), 'utf8')) as Dashboard
}))

export const panels = boards.flatMap(({ name, board }) =>
  (board.panels ?? []).map((panel) => {
    if (!('gridPos' in panel) || !panel.title) throw new Error(`${name}: a panel has no place or no title`)
    const targets = ('targets' in panel ? (panel.targets ?? []) : []) as unknown as Target[]
    return { board: name, title: panel.title, panel: panel as BoardPanel, targets }
  })
)

/** As Grafana fills in its own variables. The first day lies before a daylight-saving change, the last after it. */
export function fillIn(text: string, values: Record<string, string> = {}): string {
  const known: Record<string, string> = {
    '__from:date:YYYY-MM-DD': '2026-03-01',
    '__to:date:YYYY-MM-DD': '2026-03-30',
    ...values
  }
  return text.replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => known[name] ?? whole)
}

/** As Grafana reads a pattern: without slashes it must fit the whole text. */
export function grafanaRegExp(pattern: string): RegExp {
  const [, inner, flags] = /^\/(.*)\/([gim]*)$/.exec(pattern) ?? []
  return inner === undefined ? new RegExp(`^${pattern}$`) : new RegExp(inner, flags)
}
