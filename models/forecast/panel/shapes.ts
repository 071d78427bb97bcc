import { adjustSeason, putSeasonBack } from '../point/decompose.ts'
import { ces } from '../point/ces.ts'
import { damped, ets } from '../point/ets.ts'
import { complete, type PointForecaster } from '../point/point-forecaster.ts'
import { theta } from '../point/theta.ts'
import { seasonalNaive } from '../point/windows.ts'

/** What has a shape of its own: trend and season of one series. Milliseconds each, not microseconds. */
export const SHAPES = {
  'seasonal naive': seasonalNaive,
  theta: theta({ dynamic: true }),
  'adjusted damped': adjusted(damped),
  'adjusted ces': adjusted(ces),
  'adjusted ets': adjusted(ets),
  ces,
  ets
} satisfies Record<string, PointForecaster>

/** Longer histories are cut to their last periods. */
export const SHAPE_PERIODS_MAX = 400

export type ShapeName = keyof typeof SHAPES

/** Without the season that a classical decomposition finds, which is put back; as Theta does it. */
function adjusted(forecaster: PointForecaster): PointForecaster {
  return complete((y, { horizon, season }) => {
    const { adjusted: rest, seasonal } = adjustSeason(y, season)
    const forecast = forecaster(rest, { horizon, season: 1 })
    return forecast.ok ? { ok: true, mean: putSeasonBack(forecast.mean, seasonal, y.length) } : forecast
  })
}

export type ShapeSet = { names: ShapeName[]; how: 'median' | 'mean' }

const CHEAP: ShapeName[] = ['seasonal naive', 'theta', 'adjusted damped', 'adjusted ces']
const COSTLY: ShapeName[] = ['ces', 'ets']
const LONG_SEASON: ShapeName[] = ['adjusted ets']
const SEASON_MAX = 24

/** Which are worth trying: a season of more than 24 periods is taken out first, and all that costs too much is left out. */
export function shapeNames({ season, isCheap }: { season: number; isCheap: boolean }): ShapeName[] {
  return [...CHEAP, ...(season > SEASON_MAX ? LONG_SEASON : isCheap ? [] : COSTLY)]
}

export function shapeSets(names: readonly ShapeName[]): ShapeSet[] {
  const rich = names.filter((name) => name === 'theta' || name.endsWith('ets') || name.endsWith('ces'))
  const groups: ShapeName[][] = [
    rich,
    rich.filter((name) => name !== 'adjusted ces'),
    [...rich.filter((name) => name !== 'adjusted ces'), 'adjusted damped'],
    ['theta', 'adjusted ces', 'adjusted damped']
  ]
  const unique = new Map(
    groups.filter((group) => group.length > 1).map((group) => [group.join(), [...group]])
  )
  return [
    ...names.map((name): ShapeSet => ({ names: [name], how: 'mean' })),
    ...[...unique.values()].flatMap((group): ShapeSet[] => [
      { names: group, how: 'median' },
      { names: group, how: 'mean' }
    ])
  ]
}
