import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cosine } from '../../models/recommend/kernels.ts'
import { neighboursOf } from '../../models/recommend/neighbours.ts'
import { fitItemNeighboursInThreads } from '../../models/recommend/threads/fit-lists.ts'
import { matrixOfPairs, shapeOf } from '../pairs/matrix-of-pairs.ts'
import type { Fitted } from './measure-size.ts'

// A process of its own: its arguments are those of `fitOnce`, its one line of output the figures.
const [directory = '', ...numbers] = process.argv.slice(2)
const [threads = 1, neighboursMax = 1, top = 1, sampleStep = 1] = numbers.map(Number)
const [users, items] = [await readNumbers('users'), await readNumbers('items')]
const start = performance.now()
const matrix = matrixOfPairs({ users, items }, shapeOf({ users, items }))
const built = performance.now()
const cpuBefore = process.cpuUsage()
const options = { neighboursMax, keep: 'targets per source', threads } as const
const neighbours = await fitItemNeighboursInThreads(matrix, cosine, options)
const cpu = process.cpuUsage(cpuBefore)
const fitted: Fitted = {
  matrix_s: (built - start) / 1000,
  fit_s: (performance.now() - built) / 1000,
  cpu_s: (cpu.user + cpu.system) / 1e6,
  rss_mb: process.resourceUsage().maxRSS / 1024,
  sample: Array.from({ length: Math.ceil(matrix.itemCount / sampleStep) }, (_, at) => [
    ...neighboursOf(neighbours, at * sampleStep).scores.subarray(0, top)
  ])
}
process.stdout.write(`${JSON.stringify(fitted)}\n`)

async function readNumbers(name: string): Promise<Uint32Array> {
  const { buffer, byteOffset, byteLength } = await readFile(join(directory, `${name}.bin`))
  return new Uint32Array(buffer, byteOffset, byteLength / Uint32Array.BYTES_PER_ELEMENT)
}
