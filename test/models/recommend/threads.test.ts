import type { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../models/chance.ts'
import { fitItemLists, fitItemNeighbours } from '../../../models/recommend/item-neighbours.ts'
import { degreeNormalised } from '../../../models/recommend/kernels.ts'
import { matrixOf } from '../../../models/recommend/matrix.ts'
import { fitRidgeLists } from '../../../models/recommend/sparse-ridge.ts'
import {
  fitItemListsInThreads,
  fitItemNeighboursInThreads,
  fitRidgeListsInThreads
} from '../../../models/recommend/threads/fit-lists.ts'
import { interactionsOf } from './generate.ts'

const ITEMS = 400
const UNITS = 300
const random = mulberry32(4)
/** A few items in most units, most items in a few: ranges differ in cost as they do in a shop. */
const rows = Array.from({ length: 6_000 }, () => ({
  unit: Math.floor(UNITS * random()),
  item: Math.floor(ITEMS * random() ** 3),
  weight: 1 + Math.floor(3 * random())
}))
const matrix = matrixOf(interactionsOf(rows, UNITS, ITEMS))
const everything = { from: 0, to: ITEMS }
const kernel = degreeNormalised({ unitExponent: 0.5, sourceExponent: 0.4, targetExponent: 0.3 })
const ridge = {
  unitExponent: 0.3,
  candidateExponent: 0.3,
  candidatesMax: 20,
  penalties: [
    { ridge: 5, penaltyExponent: 0.3 },
    { ridge: 50, penaltyExponent: 0 }
  ]
}

let [started, running] = [0, 0]
const count = (worker: Worker) => {
  started++
  running++
  worker.once('exit', () => running--)
}
process.on('worker', count)
afterAll(() => process.off('worker', count))

describe.each([1, 2, 3])('%i threads', (threads) => {
  it.each(['targets per source', 'sources per target'] as const)('fit the very same %s', async (keep) => {
    const options = { neighboursMax: 30, keep }
    expect(await fitItemListsInThreads(matrix, kernel, { ...options, threads })).toEqual(
      fitItemLists(matrix, kernel, { ...options, ...everything })
    )
    expect(await fitItemNeighboursInThreads(matrix, kernel, { ...options, threads })).toEqual(
      fitItemNeighbours(matrix, kernel, options)
    )
  })

  it('fit the very same ridges', async () => {
    started = 0
    const fitting = fitRidgeListsInThreads(matrix, { ...ridge, threads })
    expect(await fitting).toEqual(fitRidgeLists(matrix, { ...ridge, ...everything }))
    expect({ started, running }).toEqual({ started: threads === 1 ? 0 : threads, running: 0 })
  })

  it('fail with the reason, and none is left', async () => {
    const penalties = [{ ridge: 0, penaltyExponent: 0 }]
    const failure = await fitRidgeListsInThreads(matrix, { ...ridge, penalties, threads }).then(
      () => expect.unreachable('a ridge of 0 has no answer'),
      (error: Error) => error
    )
    const reason = threads === 1 ? failure : failure.cause
    expect(reason).toHaveProperty('message', expect.stringContaining('the ridge must be above 0'))
    expect(running).toBe(0)
  })
})

it('fits nothing where there is nothing', async () => {
  const nothing = matrixOf(interactionsOf([], 0, 0))
  const options = { neighboursMax: 3, keep: 'targets per source' } as const
  expect(await fitItemListsInThreads(nothing, kernel, options)).toEqual([])
})
