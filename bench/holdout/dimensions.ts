import { recommendSettings, type RecommendSettings } from '../../models/recommend/settings.ts'

/** No list is so long: content never fades. */
const NEVER = 1_000_000_000

type Change = (settings: RecommendSettings) => RecommendSettings
/** One setting and the values that are tried for it, in this order. */
export type Dimension = { name: string; values: readonly number[]; with: (value: number) => Change }

const kernel =
  (name: 'halfLifeDays' | 'unitExponent' | 'sourceExponent' | 'targetExponent') =>
  (value: number): Change =>
  (settings) => ({ ...settings, coOccurrence: { ...settings.coOccurrence, [name]: value } })
const lift =
  (name: keyof RecommendSettings['lift']) =>
  (value: number): Change =>
  (settings) => ({ ...settings, lift: { ...settings.lift, [name]: value } })
const top =
  (name: 'historyHalfLifeDays' | 'contentWeight' | 'contentFadesAt' | 'popularityWeight') =>
  (value: number): Change =>
  (settings) => ({ ...settings, [name]: value })
const again =
  (name: 'halfLifeDays' | 'priorBuyers') =>
  (value: number): Change =>
  (settings) => ({ ...settings, buyAgain: { ...settings.buyAgain, [name]: value } })
const againLift =
  (name: keyof RecommendSettings['lift']) =>
  (value: number): Change =>
  ({ buyAgain, ...settings }) => ({
    ...settings,
    buyAgain: { ...buyAgain, lift: { ...buyAgain.lift, [name]: value } }
  })

/** What fits again comes first. Sizes of lists are not tuned: they are what a profile and a publish may cost. */
export const dimensions: readonly Dimension[] = [
  { name: 'halfLifeDays', values: [7, 14, 21, 30, 60], with: kernel('halfLifeDays') },
  { name: 'unitExponent', values: [0.5, 0.75, 1, 1.25], with: kernel('unitExponent') },
  { name: 'targetExponent', values: [0.2, 0.3, 0.4, 0.5, 0.6], with: kernel('targetExponent') },
  { name: 'sourceExponent', values: [0, 0.2, 0.4, 0.6], with: kernel('sourceExponent') },
  { name: 'lift.exponent', values: [0, 0.25, 0.5, 0.75, 1], with: lift('exponent') },
  { name: 'lift.recentHalfLifeDays', values: [4, 7, 10, 14], with: lift('recentHalfLifeDays') },
  { name: 'lift.usualHalfLifeDays', values: [60, 90, 180], with: lift('usualHalfLifeDays') },
  { name: 'lift.prior', values: [0.03, 0.1, 0.3, 1], with: lift('prior') },
  // More of these two, and who asks what goes with one product is told what is like it, or what is popular.
  { name: 'contentWeight', values: [0, 0.1, 0.2, 0.4, 0.7], with: top('contentWeight') },
  { name: 'contentFadesAt', values: [100, 200, 400, NEVER], with: top('contentFadesAt') },
  { name: 'popularityWeight', values: [0.02, 0.05, 0.1], with: top('popularityWeight') },
  { name: 'historyHalfLifeDays', values: [60, 180, 365, 1000], with: top('historyHalfLifeDays') }
]

/** Of the list of works to buy again, which nothing else depends on. */
export const againDimensions: readonly Dimension[] = [
  { name: 'again.halfLifeDays', values: [60, 90, 180, 365], with: again('halfLifeDays') },
  { name: 'again.priorBuyers', values: [5, 20, 80, 320], with: again('priorBuyers') },
  { name: 'again.lift.exponent', values: [0, 0.5, 1, 1.5], with: againLift('exponent') },
  { name: 'again.lift.recentHalfLifeDays', values: [4, 7, 14], with: againLift('recentHalfLifeDays') },
  { name: 'again.lift.prior', values: [0.1, 0.3, 1, 3], with: againLift('prior') }
]

/**
 * Where the search starts: slow ageing, and the middle of each range of what is blended. Popularity never weighs nothing, or
 * guests would have nothing. Sizes of lists are those that are published.
 */
export const startSettings: RecommendSettings = {
  ...recommendSettings,
  coOccurrence: {
    ...recommendSettings.coOccurrence,
    halfLifeDays: 60,
    unitExponent: 0.5,
    sourceExponent: 0.4,
    targetExponent: 0.4
  },
  lift: { recentHalfLifeDays: 10, usualHalfLifeDays: 90, prior: 0.3, exponent: 0.5 },
  historyHalfLifeDays: 180,
  popularityHalfLifeDays: 5,
  boughtTogetherWeight: 1,
  contentWeight: 0.7,
  contentFadesAt: 200,
  popularityWeight: 0.1,
  buyAgain: {
    halfLifeDays: 90,
    priorBuyers: 20,
    lift: { recentHalfLifeDays: 7, usualHalfLifeDays: 90, prior: 0.3, exponent: 0 }
  }
}
