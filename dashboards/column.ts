import type {
  DashboardLinkBuilder,
  DynamicConfigValue,
  ValueMapping
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { fixed, thresholds, type Step } from './style.ts'

/** A field of an answer, and how panels show it where it differs from the rest of its panel. */
export type Column = {
  field: string
  title: string
  type: 'string' | 'number' | 'timestamp'
  unit?: string
  decimals?: number
  colour?: string
  /** Its own colours by value; the first has no bound. */
  steps?: { base: string; steps: Step[] }
  width?: number
  minWidth?: number
  links?: readonly { title: string; url: string; targetBlank?: boolean }[]
  mappings?: readonly ValueMapping[]
  more?: readonly DynamicConfigValue[]
}

/** What a panel asks: where, for which columns, and the same figures for a browser when there is such an address. */
export type BoardQuery = Builder<Dataquery> & {
  readonly datasource: { type: string; uid: string }
  readonly columns: readonly Column[]
  readonly link?: DashboardLinkBuilder
}

/** The panel's overrides for a column; none when it is like the others. */
export function propertiesOf(column: Column): DynamicConfigValue[] {
  const { unit, decimals, colour, steps, width, minWidth, links, mappings, more = [] } = column
  const given: [string, unknown][] = [
    ['unit', unit],
    ['decimals', decimals],
    ['thresholds', steps && thresholds(steps.base, steps.steps).build()],
    ['custom.width', width],
    ['custom.minWidth', minWidth],
    ['links', links],
    ['mappings', mappings]
  ]
  return [
    ...given.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value })),
    ...(colour === undefined ? [] : [fixed(colour)]),
    ...more
  ]
}
