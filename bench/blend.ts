import { parseArgs } from 'node:util'
import { createBlender } from '../models/recommend/blend.ts'
import { generateRequests } from './blend/generate.ts'
import { createSketch } from './blend/sketch.ts'

export const help = `What the blend of one request costs in CPU, beside a plain sketch of the same sums.

  --requests N   different requests a round (1000)
  --works N      works in the catalogue (100000)
  --rounds N     rounds, in which all take turns (15); the best of each counts

Made up: works by Zipf's law, 50 works of history a request, 20 recommendations with 3 reasons each.
  blend_us       50 × 200 neighbours: sums, the best 20, and which works of the history gave them
  sketch_us      the same 50 × 200 in a table of the whole catalogue, and the best 20: no reasons, no norms
  ratio          blend_us / sketch_us
  served_us      all that the API blends: 50 × 200 bought together, 50 × 100 similar and 500 popular works, of which one in
                 fifty may not be shown
Without loading the profile and without what the API does about it: \`serve\` measures requests whole. Needs nothing.`

/** Lists of 500 distinct works are drawn by Zipf's law. */
const WORKS_MIN = 2_000

export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: 'string', default: '1000' },
      works: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '15' }
    }
  })
  const [requestCount, works, rounds] = [Number(values.requests), Number(values.works), Number(values.rounds)]
  if (![requestCount, works, rounds].every((number) => Number.isInteger(number) && number >= 1))
    throw new Error('--requests, --works and --rounds are whole numbers of at least 1')
  if (works < WORKS_MIN) throw new Error(`--works: at least ${WORKS_MIN}, for lists are drawn from them`)
  const requests = generateRequests(requestCount, works)
  const [blend, sketch] = [createBlender(), createSketch(requests.itemCount)]
  const ways = {
    blend_us: () => requests.plain.forEach(blend),
    sketch_us: () => requests.plain.forEach(sketch),
    served_us: () => requests.served.forEach(blend)
  }
  const best = { blend_us: Infinity, sketch_us: Infinity, served_us: Infinity }
  for (let round = 0; round < rounds; round++) {
    for (const name of ['blend_us', 'sketch_us', 'served_us'] as const)
      best[name] = Math.min(best[name], cpuMicroseconds(ways[name]) / requestCount)
  }
  const figures = {
    blend_us: Math.round(best.blend_us),
    sketch_us: Math.round(best.sketch_us),
    ratio: Number((best.blend_us / best.sketch_us).toFixed(2)),
    served_us: Math.round(best.served_us)
  }
  process.stdout.write(
    Object.entries(figures)
      .map(([name, value]) => `${name.padEnd(10)} ${String(value).padStart(6)}\n`)
      .join('')
  )
  return { requests: requestCount, works, ...figures }
}

/** User and system time of the process, its collector of garbage included. */
function cpuMicroseconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
