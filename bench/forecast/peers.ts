import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

export type Peer = { seconds: number; failed: number; means: (Float64Array | undefined)[] }
export type PeerOptions = {
  python: string
  models: readonly string[]
  season: number
  horizon: number
  secondsMax: number
}

const AnswerSchema = Type.Object({
  model: Type.String(),
  seconds: Type.Number(),
  failed: Type.Number(),
  means: Type.Union([Type.Null(), Type.Array(Type.Union([Type.Null(), Type.Array(Type.Number())]))])
})

/** statsforecast's forecasts of the same series by model; a model that the time did not suffice for is not there. */
export async function runPeers(
  series: readonly Float64Array[],
  { python, models, season, horizon, secondsMax }: PeerOptions,
  report: (line: string) => void
): Promise<Map<string, Peer>> {
  const child = spawn(python, [new URL('peers.py', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  })
  const ended = once(child, 'exit')
  const asked = {
    models,
    season,
    horizon,
    seconds_max: secondsMax,
    series: series.map((y) => Array.from(y, orNull))
  }
  child.stdin.end(JSON.stringify(asked))
  const peers = new Map<string, Peer>()
  for await (const line of createInterface({ input: child.stdout })) {
    const answer: unknown = JSON.parse(line)
    if (!Value.Check(AnswerSchema, answer)) throw new Error('peers.py answered something else')
    const { model, seconds, failed, means } = answer
    report(`statsforecast ${model}: ${seconds.toFixed(1)} s${means ? '' : ', not finished'}`)
    if (means)
      peers.set(model, {
        seconds,
        failed,
        means: means.map((mean) => (mean ? Float64Array.from(mean) : undefined))
      })
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`${python} with statsforecast ended with code ${String(code)}`)
  return peers
}

const orNull = (value: number) => (Number.isFinite(value) ? value : null)
