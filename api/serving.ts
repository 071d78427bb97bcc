import { setTimeout as sleep } from 'node:timers/promises'
import { servedKey, servedKinds, type ServedKind, type ServedProduct } from '../models/contracts/served.ts'
import type { ServedForecast, ServedReplenishment } from '../models/contracts/served-stock.ts'
import { createBlender } from '../models/recommend/blend.ts'
import type { SessionNeighbours } from '../models/recommend/session-neighbours.ts'
import { loadNeighbours, noNeighbours, type Neighbours } from './neighbours.ts'
import type { ServingStore } from './redis.ts'
import { loadSessions, noSessions } from './sessions.ts'
import { buildSearchIndex, emptySearchIndex, type SearchIndex } from './search.ts'
import { buildShelf, emptyShelf, type Shelf } from './shelf.ts'
import { createWorkNumbers, type WorkNumbers } from './work-numbers.ts'

/** What this process answers from. Each part is replaced as a whole, so a request never sees half of a version. */
export type ServingState = {
  blend: ReturnType<typeof createBlender>
  works: WorkNumbers
  products: Shelf
  search: SearchIndex
  bought_together: Neighbours
  similar: Neighbours
  popular: Neighbours
  fresh_bought_together: Neighbours
  fresh_similar: Neighbours
  sessions: SessionNeighbours
  forecasts: ReadonlyMap<string, ServedForecast>
  replenishment: ReadonlyMap<string, ServedReplenishment>
  versions: Partial<Record<ServedKind, string>>
  loaded_at_ms: Partial<Record<ServedKind, number>>
}

export const emptyServing = (): ServingState => ({
  blend: createBlender(),
  works: createWorkNumbers(),
  products: emptyShelf,
  search: emptySearchIndex,
  bought_together: noNeighbours,
  similar: noNeighbours,
  popular: noNeighbours,
  fresh_bought_together: noNeighbours,
  fresh_similar: noNeighbours,
  sessions: noSessions,
  forecasts: new Map(),
  replenishment: new Map(),
  versions: {},
  loaded_at_ms: {}
})

const POLL_MS = 1_000

/** Follows the published versions until aborted. What is loaded stays while the store is down; that is told once. */
export async function followServing(
  serving: ServingState,
  store: ServingStore,
  options: { signal: AbortSignal; onLoaded: (kind: ServedKind) => void; onFailed: (error: unknown) => void }
): Promise<void> {
  let isFailing = false
  while (!options.signal.aborted) {
    try {
      await loadChanged(serving, store, options.onLoaded)
      isFailing = false
    } catch (error) {
      if (!isFailing && !options.signal.aborted) options.onFailed(error)
      isFailing = true
    }
    await sleep(POLL_MS, undefined, { signal: options.signal }).catch(() => undefined)
  }
}

/** Loads every kind whose pointer has moved. */
export async function loadChanged(
  serving: ServingState,
  store: Pick<ServingStore, 'readCurrent' | 'scanHash'>,
  onLoaded: (kind: ServedKind) => void = () => undefined
): Promise<void> {
  const current = await store.readCurrent()
  const failures: unknown[] = []
  for (const kind of servedKinds) {
    const version = current[kind]
    if (version === undefined || version === serving.versions[kind]) continue
    try {
      await loadKind(serving, kind, store.scanHash(servedKey(kind, version)))
      serving.versions[kind] = version
      serving.loaded_at_ms[kind] = Date.now()
      onLoaded(kind)
    } catch (error) {
      failures.push(new Error(`load ${kind} ${version}`, { cause: error }))
    }
  }
  // A kind that cannot be read keeps what it had, and the others go on.
  if (failures.length > 0) throw new AggregateError(failures, 'published versions cannot be read')
}

async function loadKind(serving: ServingState, kind: ServedKind, records: AsyncIterable<[string, Buffer]>) {
  switch (kind) {
    case 'products': {
      const products = await parseRecords<ServedProduct>(records)
      const shelf = buildShelf(products.values(), serving.works)
      const search = await buildSearchIndex(shelf.bySales, serving.search)
      Object.assign(serving, { products: shelf, search })
      return
    }
    case 'forecasts':
      serving.forecasts = await parseRecords<ServedForecast>(records)
      return
    case 'replenishment':
      serving.replenishment = await parseRecords<ServedReplenishment>(records)
      return
    case 'sessions':
      serving.sessions = await loadSessions(records, serving.works)
      return
    case 'bought_together':
    case 'similar':
    case 'popular':
    case 'fresh_bought_together':
    case 'fresh_similar':
      serving[kind] = await loadNeighbours(records, serving.works)
  }
}

/** By id, so a record that the scan gave twice counts once. */
async function parseRecords<Value>(records: AsyncIterable<[string, Buffer]>): Promise<Map<string, Value>> {
  const parsed = new Map<string, Value>()
  for await (const [id, bytes] of records) parsed.set(id, JSON.parse(bytes.toString()) as Value)
  return parsed
}
