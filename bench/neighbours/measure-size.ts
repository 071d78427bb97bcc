import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Pairs } from '../pairs/data-set.ts'

const FittedSchema = Type.Object({
  matrix_s: Type.Number(),
  fit_s: Type.Number(),
  /** Of all threads of the process while it fitted. */
  cpu_s: Type.Number(),
  rss_mb: Type.Number(),
  /** The best scores of every so many items, to compare. */
  sample: Type.Array(Type.Array(Type.Number())),
  version: Type.Optional(Type.String())
})
export type Fitted = Static<typeof FittedSchema>

export type Measured = {
  data: string
  interactions: number
  fit_s: number
  implicit_s: number | null
  ratio: number | null
  rss_mb_max: number
  cpu_s: number
  implicit_cpu_s: number | null
  matrix_s: number
  implicit_matrix_s: number | null
  implicit_rss_mb_max: number | null
}
export type MeasureOptions = {
  neighbours: number
  threads: number
  times: number
  python: string | undefined
  tell: (line: string) => void
}

const TOP = 20
const SAMPLE_ITEMS = 1_000
/** Their sums are of float64 and in another order. */
const TOLERANCE = 1e-5
const OUTPUT_BYTES_MAX = 2 ** 24
const execute = promisify(execFile)

/** Each fit in a process of its own, so that none finds the other's memory or warm code. */
export async function measureSize(data: string, pairs: Pairs, options: MeasureOptions): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'flipside-pairs-'))
  try {
    await writeFile(join(directory, 'users.bin'), pairs.users)
    await writeFile(join(directory, 'items.bin'), pairs.items)
    const itemCount = pairs.items.reduce((count, item) => Math.max(count, item + 1), 0)
    const { ours, theirs } = await playRounds(directory, itemCount, options)
    compare(ours, theirs)
    return { data, interactions: pairs.users.length, ...figuresOf(ours, theirs) }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Whoever went first goes second in the next round: a machine that warms up or throttles is fair to both. */
async function playRounds(directory: string, itemCount: number, options: MeasureOptions) {
  const { threads, neighbours, times, python, tell } = options
  const step = Math.ceil(itemCount / SAMPLE_ITEMS)
  const args = [directory, ...[threads, neighbours, TOP, step].map(String)]
  const [ours, theirs]: [Fitted[], Fitted[]] = [[], []]
  const fitOurs = async () => {
    const fitted = await fitOnce(process.execPath, [pathOf('ours.ts'), ...args])
    if (fitted) ours.push(fitted)
    tell(`  ours ${describe(fitted)}`)
  }
  const fitTheirs = async () => {
    const fitted = python === undefined ? null : await fitOnce(python, [pathOf('fit-peer.py'), ...args])
    if (fitted) theirs.push(fitted)
    tell(`  implicit ${describe(fitted)}`)
  }
  for (let round = 0; round < times; round++)
    for (const fit of round % 2 === 0 ? [fitOurs, fitTheirs] : [fitTheirs, fitOurs]) await fit()
  return { ours, theirs }
}

/** Null where the peer is not installed; any other failure is one. */
async function fitOnce(program: string, args: string[]): Promise<Fitted | null> {
  const { stdout } = await execute(program, args, { maxBuffer: OUTPUT_BYTES_MAX })
  const answer: unknown = JSON.parse(stdout)
  return answer === null ? null : Value.Parse(FittedSchema, answer)
}

function describe(fitted: Fitted | null): string {
  return fitted
    ? `${fitted.version ?? ''} ${fitted.fit_s.toFixed(2)} s, CPU ${fitted.cpu_s.toFixed(2)} s`.trim()
    : 'is not installed'
}

const pathOf = (file: string) => fileURLToPath(new URL(`./${file}`, import.meta.url))

/** A faster answer that is another one is worth nothing. */
function compare([ours]: Fitted[], [theirs]: Fitted[]): void {
  if (!ours || !theirs) return
  ours.sample.forEach((scores, at) => {
    const others = theirs.sample[at] ?? []
    const isSame =
      scores.length === others.length &&
      scores.every((score, rank) => Math.abs(score - (others[rank] ?? NaN)) < TOLERANCE)
    if (!isSame) throw new Error(`sample ${at} differs: ${scores.join(' ')} against ${others.join(' ')}`)
  })
}

function figuresOf(ours: Fitted[], theirs: Fitted[]): Omit<Measured, 'data' | 'interactions'> {
  const [fit, implicit] = [least(ours, 'fit_s'), least(theirs, 'fit_s')]
  if (fit === null) throw new Error('nothing was fitted')
  return {
    fit_s: fit,
    implicit_s: implicit,
    ratio: implicit === null ? null : round(fit / implicit),
    rss_mb_max: Math.round(Math.max(...ours.map(({ rss_mb }) => rss_mb))),
    cpu_s: least(ours, 'cpu_s') ?? 0,
    implicit_cpu_s: least(theirs, 'cpu_s'),
    matrix_s: least(ours, 'matrix_s') ?? 0,
    implicit_matrix_s: least(theirs, 'matrix_s'),
    implicit_rss_mb_max:
      theirs.length > 0 ? Math.round(Math.max(...theirs.map(({ rss_mb }) => rss_mb))) : null
  }
}

function least(fitted: Fitted[], key: 'fit_s' | 'cpu_s' | 'matrix_s'): number | null {
  return fitted.length > 0 ? round(Math.min(...fitted.map((one) => one[key]))) : null
}

const round = (value: number) => Number(value.toFixed(3))
