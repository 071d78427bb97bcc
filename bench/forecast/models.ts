import { ces } from '../../models/forecast/point/ces.ts'
import { damped, ets, holt, holtWinters, holtWintersMultiplicative } from '../../models/forecast/point/ets.ts'
import {
  adida,
  croston,
  crostonOptimised,
  imapa,
  sba,
  tsb
} from '../../models/forecast/point/intermittent.ts'
import { flat, type PointForecaster } from '../../models/forecast/point/point-forecaster.ts'
import { ses, sesOptimised } from '../../models/forecast/point/smoothing.ts'
import { theta } from '../../models/forecast/point/theta.ts'
import {
  naive,
  seasonalNaive,
  seasonalWindowAverage,
  windowAverage
} from '../../models/forecast/point/windows.ts'

/** `peer`: what statsforecast calls the same; `costly`: milliseconds a series and not microseconds. */
export type Model = { name: string; peer: string; costly?: boolean; forecast: PointForecaster }

/** In the order of their cost. */
export function modelsOf({ horizon }: { horizon: number }): Model[] {
  const croston0 = { smoothing: 0.1, start: 'first' } as const
  return [
    { name: 'naive', peer: 'Naive', forecast: naive },
    { name: 'seasonal naive', peer: 'SeasonalNaive', forecast: seasonalNaive },
    { name: `mean of ${horizon}`, peer: 'WindowAverage', forecast: flat(windowAverage(horizon)) },
    { name: 'seasonal mean of 2', peer: 'SeasonalWindowAverage', forecast: seasonalWindowAverage(2) },
    { name: 'ses 0.1', peer: 'SimpleExponentialSmoothing', forecast: flat(ses(0.1)) },
    {
      name: 'ses optimised',
      peer: 'SimpleExponentialSmoothingOptimized',
      forecast: flat(sesOptimised({ min: 0.01, max: 0.99 }))
    },
    { name: 'croston', peer: 'CrostonClassic', forecast: flat(croston(croston0)) },
    { name: 'croston optimised', peer: 'CrostonOptimized', forecast: flat(crostonOptimised()) },
    { name: 'sba', peer: 'CrostonSBA', forecast: flat(sba(croston0)) },
    { name: 'tsb 0.1', peer: 'TSB', forecast: flat(tsb({ size: 0.1, chance: 0.1 })) },
    { name: 'adida', peer: 'ADIDA', forecast: flat(adida()) },
    { name: 'imapa', peer: 'IMAPA', forecast: flat(imapa()) },
    { name: 'theta', peer: 'Theta', forecast: theta({ dynamic: false, theta: 2 }) },
    { name: 'theta optimised', peer: 'OptimizedTheta', forecast: theta({ dynamic: false }) },
    { name: 'theta dynamic', peer: 'DynamicTheta', forecast: theta({ dynamic: true, theta: 2 }) },
    { name: 'theta dynamic optimised', peer: 'DynamicOptimizedTheta', forecast: theta({ dynamic: true }) },
    { name: 'holt', peer: 'Holt', costly: true, forecast: holt },
    { name: 'damped', peer: 'DampedHolt', costly: true, forecast: damped },
    { name: 'holt-winters', peer: 'HoltWintersA', costly: true, forecast: holtWinters },
    { name: 'holt-winters x', peer: 'HoltWintersM', costly: true, forecast: holtWintersMultiplicative },
    { name: 'ces', peer: 'AutoCES', costly: true, forecast: ces },
    { name: 'ets', peer: 'AutoETS', costly: true, forecast: ets }
  ]
}
