import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { generatePairs } from './neighbours/generate.ts'
import { measureSize, type Measured } from './neighbours/measure-size.ts'
import { readDataFile, type Pairs } from './pairs/data-set.ts'

const NEIGHBOURS = 200
const SHOP = { userCount: 500_000, itemCount: 100_000, seed: 6 }

export const help = `Fitting the 200 cosine neighbours of every item, beside implicit's CosineRecommender on the same pairs.

  --data DIR     a folder with train.txt (RecZoo's format: a user and their items a line), measured first
  --pairs LIST   sizes that are generated (1000000,10000000,20000000): 500,000 users of lognormal activity, 100,000 items
                 by Zipf's law
  --python PATH  a Python that has the package implicit (0.7.3: python -m venv V; V/bin/pip install implicit==0.7.3);
                 without one implicit_s is null
  --threads N    of both (as many as there are cores)
  --times N      rounds, each of which starts either in a new process, taking turns at going first (3); the best counts

Only the fit is timed. Ours: from the matrix in memory, sparse by users and by items, to the joined lists; starting the threads
is in it. Theirs: fit() of a scipy CSR matrix in memory; it normalises and turns the matrix itself. Building either matrix from
the pairs is told beside it (matrix_s, implicit_matrix_s). Both must agree on the 20 best scores of a thousand items, or it ends
with an error.
  ratio          fit_s / implicit_s; cpu_s and implicit_cpu_s are those of all threads, for machines that are busy
  rss_mb_max     the most that our process had in memory, from reading the pairs to the lists
20 million pairs take 160 MB in the temporary folder, and all sizes five minutes with implicit.`

export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      pairs: { type: 'string', default: '1000000,10000000,20000000' },
      python: { type: 'string' },
      threads: { type: 'string', default: String(availableParallelism()) },
      times: { type: 'string', default: '3' }
    }
  })
  const sizes = values.pairs.split(',').filter(Boolean).map(Number)
  const [threads, times] = [Number(values.threads), Number(values.times)]
  if (![...sizes, threads, times].every((number) => Number.isInteger(number) && number >= 1))
    throw new Error('--pairs, --threads and --times are whole numbers of at least 1')
  const tell = (line: string) => process.stderr.write(`${line}\n`)
  const rows: Measured[] = []
  const measure = async (name: string, pairs: Pairs) => {
    tell(`${name}: ${pairs.users.length} pairs`)
    const options = { neighbours: NEIGHBOURS, threads, times, python: values.python, tell }
    rows.push(await measureSize(name, pairs, options))
  }
  if (values.data !== undefined)
    await measure('train.txt', (await readDataFile(values.data, 'train.txt')).pairs)
  for (const pairCount of sizes) await measure('generated', generatePairs({ ...SHOP, pairCount }))
  process.stdout.write(tableOf(rows))
  return { neighbours: NEIGHBOURS, threads, rows }
}

function tableOf(rows: readonly Measured[]): string {
  const columns = [
    'data',
    'interactions',
    'fit_s',
    'implicit_s',
    'ratio',
    'rss_mb_max',
    'cpu_s',
    'matrix_s'
  ] as const
  const peers = ['implicit_cpu_s', 'implicit_matrix_s', 'implicit_rss_mb_max'] as const
  const names = [...columns, ...peers]
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? '-'))]
    .map(
      (cells) =>
        `${cells
          .map((cell) => String(cell).padEnd(13))
          .join(' ')
          .trimEnd()}\n`
    )
    .join('')
}
