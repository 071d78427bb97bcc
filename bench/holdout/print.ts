import type { RecommendSettings } from '../../models/recommend/settings.ts'

export function round(value: number): number {
  return Number(value.toFixed(4))
}

type Result = {
  singles: {
    model: string
    recall_at_20: number
    interval: number[]
    ratio: number
    ratio_interval: number[]
  }[]
  metrics: Record<string, number>
  settings: RecommendSettings
  [figure: string]: unknown
}

const BAR = 200

export function printTable({ singles, metrics, settings, ...figures }: Result): void {
  for (const [name, value] of Object.entries({ ...figures, ...flatten(settings) })) print(name, value)
  for (const [name, value] of Object.entries(metrics)) print(`the blend's ${name}`, value)
  process.stdout.write(`\n${'each model alone'.padEnd(28)} recall@20           the blend is so much better\n`)
  for (const { model, recall_at_20, interval, ratio, ratio_interval } of singles) {
    const bar = '█'.repeat(Math.round(recall_at_20 * BAR))
    const range = `${recall_at_20.toFixed(4)} (${interval.map((bound) => bound.toFixed(3)).join(' to ')})`
    process.stdout.write(
      `${model.padEnd(28)} ${range.padEnd(24)} × ${ratio.toFixed(2)} (${ratio_interval.map((bound) => bound.toFixed(2)).join(' to ')})  ${bar}\n`
    )
  }
}

function print(name: string, value: unknown): void {
  process.stdout.write(`${name.padEnd(36)} ${Array.isArray(value) ? value.join(' to ') : String(value)}\n`)
}

/** In the order of their names; what is nested by its path. */
export function flatten(settings: object, prefix = ''): Record<string, unknown> {
  const flat = Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(flatten(value, `${prefix}${name}.`))
      : [[`${prefix}${name}`, value] as const]
  )
  return Object.fromEntries(flat.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
