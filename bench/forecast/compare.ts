import { accuracyOf, type Accuracy } from './accuracy.ts'
import type { HeldOutPanel } from './held-out.ts'
import { modelsOf, type Model } from './models.ts'
import { runPeers, type Peer } from './peers.ts'

export type Compared = {
  name: string
  accuracy: Accuracy
  seconds: number
  peer: { accuracy: Accuracy; seconds: number } | null
}
export type CompareOptions = {
  /** Without it, all; costly ones where there are few values. */
  only?: 'cheap' | 'costly'

  python: string | undefined
  peerSecondsMax: number
  report: (line: string) => void
}

/** Values that costly models are fitted to, a minute or two of each. */
const COSTLY_VALUES_MAX = 300_000

/** Each model alone, beside statsforecast's of the same name on the same machine; both use one thread. */
export async function compareModels(data: HeldOutPanel, options: CompareOptions): Promise<Compared[]> {
  const values = data.known.reduce((sum, y) => sum + y.length, 0)
  const isIn = ({ costly = false }: Model) =>
    options.only === undefined
      ? !costly || values <= COSTLY_VALUES_MAX
      : costly === (options.only === 'costly')
  const models = modelsOf(data).filter(isIn)
  const ours = models.map((model) => ({ model, ...forecastAll(data, model, options.report) }))
  const peers =
    options.python === undefined
      ? new Map<string, Peer>()
      : await askPeers(data, models, { ...options, python: options.python })
  return ours.map(({ model, seconds, means }) => {
    const peer = peers.get(model.peer)
    return {
      name: model.name,
      accuracy: accuracyOf(data, means),
      seconds,
      peer: peer ? { accuracy: accuracyOf(data, peer.means), seconds: peer.seconds } : null
    }
  })
}

function askPeers(
  { known, season, horizon }: HeldOutPanel,
  models: readonly Model[],
  { python, peerSecondsMax, report }: CompareOptions & { python: string }
): Promise<Map<string, Peer>> {
  const names = models.map(({ peer }) => peer)
  return runPeers(known, { python, models: names, season, horizon, secondsMax: peerSecondsMax }, report)
}

function forecastAll(
  { known, season, horizon }: HeldOutPanel,
  { name, forecast }: Model,
  report: (line: string) => void
) {
  const started = performance.now()
  const means = known.map((y) => {
    const one = forecast(y, { horizon, season })
    return one.ok ? one.mean : undefined
  })
  const seconds = (performance.now() - started) / 1000
  report(`${name}: ${seconds.toFixed(1)} s`)
  return { seconds, means }
}
