import { parseArgs } from 'node:util'
import type { DemoShop } from './shops/demo-shop.ts'
import { musicDemo } from './shops/music/demo.ts'
import { onlineRetailDemo } from './shops/online-retail/demo.ts'

export type DemoOptions = { ok: true; shop: DemoShop } | { ok: false; problem?: string }

const EVENTS_PER_SECOND = 5
const HISTORY_WEEKS = 4
const HISTORY_WEEKS_MAX = 104
const SHOPPERS_MIN = 50
const SHOPPERS_MAX = 1_000_000

const retailOptions = { dates: { type: 'string' } } as const
const musicOptions = {
  rate: { type: 'string' },
  seed: { type: 'string' },
  shoppers: { type: 'string' },
  'history-weeks': { type: 'string' }
} as const

/** Every shop, for those who must tell them apart. */
export const demoShops = (): [DemoShop, DemoShop] => [
  onlineRetailDemo({ dates: 'moved' }),
  musicDemo(musicSettings({}))
]

/** Which shop, and how; not ok without a problem means that somebody asked for help. */
export function readDemoOptions(args: string[]): DemoOptions {
  try {
    const options = { ...retailOptions, ...musicOptions, help: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    if (values.help) return { ok: false }
    const [name, ...more] = positionals
    if (more.length > 0 || (name !== undefined && name !== 'music'))
      throw new Error(`there is no shop ${positionals.join(' ')}: only music, or none for Online Retail`)
    for (const other of Object.keys(name === 'music' ? retailOptions : musicOptions)) {
      if (other in values) throw new Error(`--${other} is not an option of this shop`)
    }
    if (name === 'music') return { ok: true, shop: musicDemo(musicSettings(values)) }
    const { dates = 'moved' } = values
    if (dates !== 'moved' && dates !== 'original') throw new Error('--dates is moved or original')
    return { ok: true, shop: onlineRetailDemo({ dates }) }
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) }
  }
}

type MusicValues = { [name in keyof typeof musicOptions]?: string | undefined }

function musicSettings(values: MusicValues) {
  const shoppers = numberOf(values, 'shoppers')
  if (
    shoppers !== undefined &&
    !(Number.isInteger(shoppers) && shoppers >= SHOPPERS_MIN && shoppers <= SHOPPERS_MAX)
  )
    throw new Error(`--shoppers is a whole number from ${SHOPPERS_MIN} to ${SHOPPERS_MAX}`)
  const history_weeks = numberOf(values, 'history-weeks') ?? HISTORY_WEEKS
  if (history_weeks > HISTORY_WEEKS_MAX) throw new Error(`--history-weeks is at most ${HISTORY_WEEKS_MAX}`)
  const eventsPerSecond =
    values.rate === 'max' ? Number.POSITIVE_INFINITY : (numberOf(values, 'rate') ?? EVENTS_PER_SECOND)
  return { seed: values.seed, shoppers, history_weeks, eventsPerSecond }
}

function numberOf(values: MusicValues, name: keyof MusicValues): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} is a number above 0, not ${text}`)
  return value
}
