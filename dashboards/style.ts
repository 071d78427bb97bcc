import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type DataTransformerConfig,
  type DynamicConfigValue,
  type ValueMapping
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Config } from '../models/contracts/config.ts'
import type { Column } from './column.ts'

/** What differs from shop to shop. */
export type ShopStyle = Pick<Config, 'SHOP_TIME_ZONE' | 'SHOP_CURRENCY' | 'HOST' | 'PORT'>

export const COUNT = 'locale'
export const DAYS = 'suffix: d'
export const MINUTES = 'suffix: min'
export const SHARE = 'percentunit'
export const SECONDS = 's'
export const PER_SECOND = 'suffix: /s'
/** Of itself: an index, a ratio, a score. */
export const PLAIN = 'none'
export const colours = {
  gross: 'blue',
  net: 'green',
  refunds: 'orange',
  before: 'purple',
  plain: 'text',
  good: 'green',
  warn: 'orange',
  bad: 'red'
} as const

/** `short` and `currencyGBP` would abbreviate: a merchandiser counts in pounds, not in thousands. */
export function moneyUnit(currency: string): string {
  const parts = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol'
  }).formatToParts(0)
  return `currency:financial:${parts.find(({ type }) => type === 'currency')?.value ?? currency}`
}

export type Step = { from: number; color: string }

/** Always given: Grafana's own would paint high sales red. */
export function thresholds(base: string, steps: Step[] = []): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...steps.map(({ from, color }) => ({ value: from, color }))])
}

/** The plugin returns columns in the order of their names, so every panel says its own order and titles; an empty title keeps the name. */
export function organize(columns: readonly Column[]): DataTransformerConfig {
  return {
    id: 'organize',
    options: {
      indexByName: Object.fromEntries(columns.map(({ field }, i) => [field, i])),
      renameByName: Object.fromEntries(
        columns.filter(({ title }) => title !== '').map(({ field, title }) => [field, title])
      ),
      excludeByName: {},
      includeByName: {}
    }
  }
}

export const fixed = (color: string): DynamicConfigValue => ({
  id: 'color',
  value: new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(color).build()
})

/** What a panel says when it has no rows would stand in every empty cell as well. */
export const emptyCells: [string, DynamicConfigValue[]] = ['/.*/', [{ id: 'noValue', value: '–' }]]

const LISTED_MAX = 4

/** A list arrives as JSON text, `["on_hand","lead_time_days"]`: show it as words. Grafana wants `/` around a pattern. */
export const listMappings: ValueMapping[] = [
  { type: MappingType.ValueToText, options: { '[]': { text: '–', index: 0 } } },
  ...Array.from({ length: LISTED_MAX }, (_, i): ValueMapping => {
    const items = Array.from({ length: i + 1 }, () => '"([^"]*)"')
    const words = items.map((_, k) => `$${k + 1}`)
    return {
      type: MappingType.RegexToText,
      options: { pattern: `/^\\[${items.join(',')}\\]$/`, result: { text: words.join(', '), index: i + 1 } }
    }
  })
]
