import type { ScoredIndexes } from '../../contracts/served.ts'
import { createItemLists, type ItemRange, type WeighedItems } from '../item-neighbours.ts'
import type { Matrix } from '../matrix.ts'
import { createRidgeLists, type RidgeOptions } from '../sparse-ridge.ts'

/** Lists to fit, in a form that a thread can be sent: kernels are functions, so their numbers go instead. */
export type ListTask =
  | { kind: 'kernel'; weighed: WeighedItems; neighboursMax: number }
  | { kind: 'ridge'; matrix: Matrix; options: RidgeOptions }

/** Lists of a range of items, once for each penalty of a ridge, and once of a kernel. */
export type FitRange = (range: ItemRange) => ScoredIndexes[][]

export function createFit(task: ListTask): FitRange {
  if (task.kind === 'ridge') return createRidgeLists(task.matrix, task.options)
  const fit = createItemLists(task.weighed, task.neighboursMax)
  return (range) => [fit(range)]
}

/** All items in ranges: threads take the next from a cell of shared memory, since a popular item costs a thousand others. */
export type Queue = { taken: Int32Array; itemCount: number; rangeItems: number }

export function takeRange({ taken, itemCount, rangeItems }: Queue): ItemRange | undefined {
  const from = Atomics.add(taken, 0, rangeItems)
  return from < itemCount ? { from, to: Math.min(itemCount, from + rangeItems) } : undefined
}
