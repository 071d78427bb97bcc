import { expect, test } from 'vitest'
import { loadNeighbours, neighboursOf } from '../../api/neighbours.ts'
import { searchProducts } from '../../api/search.ts'
import { packScored, servedKinds, WORK_IDS_FIELD } from '../../models/contracts/served.ts'
import { emptyServing, loadChanged } from '../../api/serving.ts'
import { createWorkNumbers } from '../../api/work-numbers.ts'
import { product, publish } from './fakes.ts'

test('loads what was published, and again only what has moved', async () => {
  const serving = emptyServing()
  const loaded: string[] = []
  const store = publish({ products: [product('a')], popular: { a: 1 } })
  await loadChanged(serving, store, (kind) => loaded.push(kind))
  expect(loaded).toEqual(servedKinds)
  await loadChanged(serving, store, (kind) => loaded.push(kind))
  expect(loaded).toEqual(servedKinds)
  await loadChanged(serving, publish({ products: [product('b')] }, 'v2'))
  expect([...serving.products.byId.keys()]).toEqual(['b'])
  expect(serving.versions.products).toBe('v2')
})

test('lists of different versions, each with its own numbering, name the same works', async () => {
  const serving = emptyServing()
  const lists = { x: { y: 0.5, z: 0.25 } }
  await loadChanged(
    serving,
    publish({ products: [], bought_together: lists, similar: { x: { z: 1, y: 0.5 } } })
  )
  const read = (of: typeof serving.similar) => {
    const list = neighboursOf(of, 'x')
    return Array.from(list?.indexes ?? [], (work, i) => [serving.works.idOf(work), list?.scores[i]])
  }
  expect(read(serving.bought_together)).toEqual([
    ['y', 0.5],
    ['z', 0.25]
  ])
  expect(read(serving.similar)).toEqual([
    ['z', 1],
    ['y', 0.5]
  ])
  expect(neighboursOf(serving.similar, 'unknown')).toBeUndefined()
})

test('a version that cannot be read leaves the one before', async () => {
  const serving = emptyServing()
  await loadChanged(serving, publish({ products: [product('a')] }))
  const broken = {
    readCurrent: async () => ({ products: 'v2' }),
    scanHash: async function* (): AsyncGenerator<[string, Buffer]> {
      yield ['b', Buffer.from('{')]
    }
  }
  await expect(loadChanged(serving, broken)).rejects.toThrow()
  expect([...serving.products.byId.keys()]).toEqual(['a'])
  expect(serving.versions.products).toBe('v1')
})

test('the search follows titles, stock and prices, whichever changed', async () => {
  const serving = emptyServing()
  const find = (q: string) =>
    searchProducts({ index: serving.search, byId: serving.products.byId }, q, { limit: 9, offset: 0 })
      .products
  await loadChanged(serving, publish({ products: [product('a', { title: 'lantern' })] }))
  await loadChanged(serving, publish({ products: [product('a', { title: 'lantern', on_hand: 3 })] }, 'v2'))
  expect(find('lantern')).toMatchObject([{ product_id: 'a', on_hand: 3 }])
  await loadChanged(serving, publish({ products: [product('a', { title: 'candle' }), product('b')] }, 'v3'))
  expect(find('lantern')).toEqual([])
  expect(find('candle')).toMatchObject([{ product_id: 'a' }])
  await loadChanged(serving, publish({ products: [product('b')] }, 'v4'))
  expect(find('candle')).toEqual([])
})

test('no request waits for a large version to be loaded', async () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `w${i}`)
  const list = { indexes: Uint32Array.from({ length: 200 }, (_, i) => i), scores: new Float32Array(200) }
  async function* records(): AsyncGenerator<[string, Buffer]> {
    yield [WORK_IDS_FIELD, Buffer.from(JSON.stringify(ids))]
    const packed = packScored(list)
    for (const id of ids) yield [id, packed]
  }
  let turns = 0
  const counting = setInterval(() => turns++, 1)
  const neighbours = await loadNeighbours(records(), createWorkNumbers())
  clearInterval(counting)
  expect(neighbours.indexes).toHaveLength(200 * ids.length)
  // As many as the milliseconds that it took, had this machine nothing else to do; none, when it is done in one go.
  expect(turns).toBeGreaterThan(20)
})
