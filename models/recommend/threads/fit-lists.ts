import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ScoredIndexes } from '../../contracts/served.ts'
import { weighItems, type NeighbourOptions } from '../item-neighbours.ts'
import type { Kernel } from '../kernels.ts'
import type { Matrix } from '../matrix.ts'
import { joinLists, neighboursOf, transposeNeighbours, type Neighbours } from '../neighbours.ts'
import type { RidgeOptions } from '../sparse-ridge.ts'
import { createFit, type ListTask, type Queue } from './list-task.ts'
import type { FittedRange, WorkerInput } from './worker.ts'

export type ThreadOptions = {
  /** As many as there are cores, when nothing is said. With 1 no thread is started. */
  threads?: number
}

/** More threads only wait for memory. */
const THREADS_MAX = 16
/** Large enough that posting a range costs nothing beside fitting it, small enough that threads end together. */
const RANGE_ITEMS_MAX = 64
const RANGES_PER_THREAD_MIN = 16

/** `fitItemNeighbours` by several threads: the same lists, to the bit. */
export async function fitItemNeighboursInThreads(
  matrix: Matrix,
  kernel: Kernel,
  options: NeighbourOptions & ThreadOptions
): Promise<Neighbours> {
  const lists = joinLists(await fitItemListsInThreads(matrix, kernel, options))
  return options.keep === 'sources per target' ? transposeNeighbours(lists) : lists
}

/** `fitItemLists` of all items by several threads. */
export async function fitItemListsInThreads(
  matrix: Matrix,
  kernel: Kernel,
  { neighboursMax, keep, threads }: NeighbourOptions & ThreadOptions
): Promise<ScoredIndexes[]> {
  const weighed = weighItems(matrix, kernel, keep)
  const [lists = []] = await fitLists({ kind: 'kernel', weighed, neighboursMax }, matrix.itemCount, threads)
  return lists
}

/** `fitRidgeLists` of all targets by several threads. */
export function fitRidgeListsInThreads(
  matrix: Matrix,
  { threads, ...options }: RidgeOptions & ThreadOptions
): Promise<ScoredIndexes[][]> {
  return fitLists({ kind: 'ridge', matrix, options }, matrix.itemCount, threads)
}

/**
 * Each thread takes range after range until none is left. When one fails, so does the whole, with its error as the cause,
 * and the others are stopped: no thread outlives the promise.
 */
async function fitLists(
  task: ListTask,
  itemCount: number,
  threads = availableParallelism()
): Promise<ScoredIndexes[][]> {
  const queue = queueOf(itemCount, threads)
  const count = Math.min(threads, THREADS_MAX, Math.ceil(itemCount / queue.rangeItems))
  if (count <= 1) return createFit(task)({ from: 0, to: itemCount })
  const workers = Array.from({ length: count }, () => startWorker({ task, queue }))
  try {
    return inOrder((await Promise.all(workers.map(collect))).flat())
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function queueOf(itemCount: number, threads: number): Queue {
  const perThread = Math.ceil(itemCount / (threads * RANGES_PER_THREAD_MIN))
  const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  return { taken, itemCount, rangeItems: Math.max(1, Math.min(RANGE_ITEMS_MAX, perThread)) }
}

function startWorker(workerData: WorkerInput): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData, name: 'fit lists' })
}

/** What a thread fitted until it ended by itself. */
function collect(worker: Worker): Promise<FittedRange[]> {
  const ranges: FittedRange[] = []
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(new Error('a thread that fits lists failed', { cause }))
    worker.on('message', (range: FittedRange) => ranges.push(range))
    worker.on('messageerror', fail)
    worker.on('error', fail)
    worker.on('exit', (code) =>
      code === 0 ? resolve(ranges) : fail(new Error(`it ended with code ${code}`))
    )
  })
}

/** Views, not copies. */
function inOrder(ranges: readonly FittedRange[]): ScoredIndexes[][] {
  const results: ScoredIndexes[][] = []
  for (const { results: parts } of ranges.toSorted((a, b) => a.from - b.from)) {
    parts.forEach((part, at) => {
      const lists = (results[at] ??= [])
      for (let item = 0; item + 1 < part.offsets.length; item++) lists.push(neighboursOf(part, item))
    })
  }
  return results
}
