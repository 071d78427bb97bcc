import { expect, test } from 'vitest'
import { neighboursOf } from '../../api/neighbours.ts'
import { searchProducts } from '../../api/search.ts'
import { emptyServing, loadChanged } from '../../api/serving.ts'
import { product, publish } from './fakes.ts'

test('loads what was published, and again only what has moved', async () => {
  const serving = emptyServing()
  const loaded: string[] = []
  const store = publish({ products: [product('a')], popular: { a: 1 } })
  await loadChanged(serving, store, (kind) => loaded.push(kind))
  expect(loaded).toEqual(['products', 'bought_together', 'similar', 'popular', 'sessions', 'forecasts'])
  await loadChanged(serving, store, (kind) => loaded.push(kind))
  expect(loaded).toHaveLength(6)
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
