import { readdirSync, readFileSync } from 'node:fs'
import type { Dashboard, DataTransformerConfig, Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { INFINITY } from '../../dashboards/sources/api.ts'
import { PROMETHEUS } from '../../dashboards/sources/health.ts'
import { WAREHOUSE } from '../../dashboards/sources/warehouse.ts'

const BOARDS = new URL('../../dashboards/boards/', import.meta.url)

type Source = { refId: string; datasource: { type: string; uid: string } }
/** What a panel asks, as it stands in the file. */
export type ApiTarget = Source & {
  parser: string
  url: string
  root_selector: string
  columns: { selector: string; text: string; type: string }[]
}
export type WarehouseTarget = Source & { editorType: string; format: number; rawSql: string }
export type HealthTarget = Source & { expr: string; legendFormat: string }
export type Target = ApiTarget | WarehouseTarget | HealthTarget
export type BoardPanel = Panel & { title: string }

export const isApi = (target: Target): target is ApiTarget => target.datasource.uid === INFINITY.uid
export const isWarehouse = (target: Target): target is WarehouseTarget =>
  target.datasource.uid === WAREHOUSE.uid
export const isHealth = (target: Target): target is HealthTarget => target.datasource.uid === PROMETHEUS.uid

/** The committed files: what Grafana loads. */
export const boards = readdirSync(BOARDS).map((name) => ({
  name,
  board: JSON.parse(readFileSync(new URL(name, BOARDS), 'utf8')) as Dashboard
}))

export const panels = boards.flatMap(({ name, board }) =>
  (board.panels ?? []).map((panel) => {
    if (!('gridPos' in panel) || !panel.title) throw new Error(`${name}: a panel has no place or no title`)
    const targets = ('targets' in panel ? (panel.targets ?? []) : []) as unknown as Target[]
    const transformations: DataTransformerConfig[] =
      ('transformations' in panel && panel.transformations) || []
    const organized = transformations.find(({ id }) => id === 'organize')?.options
    const titles: Record<string, string> = organized?.renameByName ?? {}
    return {
      board: name,
      title: panel.title,
      panel: panel as BoardPanel,
      targets,
      /** The panel's own names for its columns, by the names in the answer. */
      titles,
      columns: Object.keys(organized?.indexByName ?? {})
    }
  })
)

export const targets = panels.flatMap(({ board, title, columns, targets: some }) =>
  some.map((target) => ({ board, title, columns, target }))
)

/** As Grafana reads a pattern: without slashes it must fit the whole text. */
export function grafanaRegExp(pattern: string): RegExp {
  const [, inner, flags] = /^\/(.*)\/([gim]*)$/.exec(pattern) ?? []
  return inner === undefined ? new RegExp(`^${pattern}$`) : new RegExp(inner, flags)
}

/** Every text under a key of this name, however deep. */
export function textsOf(value: unknown, key: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && typeof inner === 'string' ? [inner] : textsOf(inner, key)
  )
}

/** Where the plugin looks for rows: a path with dots; nothing at all makes one row of the answer itself. */
export function rowsAt(answer: unknown, root: string): Record<string, unknown>[] {
  const path = root.split('.').filter((part) => part !== '')
  const found: unknown = path.reduce((value: unknown, part) => Object(value)[part], answer)
  return (Array.isArray(found) ? found : [found]) as Record<string, unknown>[]
}
