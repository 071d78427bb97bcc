import { fitPopularity } from '../../models/recommend/popularity.ts'
import { buildSessionIndex, type SessionIndex } from '../../models/recommend/session-index.ts'
import {
  createSessionNeighbours,
  vmisKnn,
  type SessionSettings
} from '../../models/recommend/session-neighbours.ts'
import { sessionSettings } from '../../models/recommend/settings.ts'
import { topK } from '../../models/recommend/top-k.ts'
import type { Axis, Settings } from '../tuning/search.ts'
import type { SessionFile } from './data-set.ts'
import { K } from './judge.ts'

/** What comes next, best first, at most 20; the session is given latest first. Its latest item is never the answer. */
export type Predict = (session: readonly number[]) => Uint32Array

export type Aim = 'next item' | 'new item'
/** One kind of model: what is searched, from where, and how it is fitted. */
export type Family = {
  name: string
  /** Each is searched from, since one step at a time does not get everywhere. */
  starts: readonly Settings[]
  axes: readonly Axis[]
  /** What its settings are chosen for: the next click, or only clicks on what the session has not seen. */
  aim: Aim
  /** Once a training file; then once every setting that is tried. */
  createFit: (train: SessionFile) => (settings: Settings) => Predict
}

/** In Serenade's example half a per cent of sessions have more than 29 clicks: hardly people. */
const SESSION_ITEMS_MAX = 50

const sizes: readonly Axis[] = [
  { name: 'last_items', by: 'adding', step: 2, min: 1, max: 9 },
  { name: 'recent_sessions', by: 'multiplying', step: 2, min: 100, max: 5_000 },
  { name: 'neighbours', by: 'multiplying', step: 2, min: 25, max: 1_500 },
  { name: 'idf_exponent', by: 'adding', step: 1, min: 0, max: 3 }
]
const starts = [2, 4, 8].map((last_items) => ({
  last_items,
  recent_sessions: vmisKnn.recentSessionsMax,
  neighbours: vmisKnn.neighboursMax,
  idf_exponent: vmisKnn.idfExponent
}))

/** As it is in the paper. */
export const PUBLISHED = 'VMIS-kNN'
const published: Family = {
  name: PUBLISHED,
  aim: 'next item',
  starts,
  axes: sizes,
  createFit: createIndexFit((settings) => settings)
}

/** From the same starts, without what it adds: the search takes only what helps. */
const ours: Family = {
  name: 'session neighbours',
  aim: 'next item',
  starts: starts.map((start) => ({ ...start, item_decay: 0.5, distance_decay: 0, return_weight: 1 })),
  axes: [
    { name: 'distance_decay', by: 'adding', step: 0.4, min: 0, max: 4 },
    { name: 'return_weight', by: 'multiplying', step: 1.5, min: 0.1, max: 10 },
    { name: 'item_decay', by: 'adding', step: 0.4, min: 0, max: 4 },
    ...sizes
  ],
  createFit: createIndexFit(extended)
}

function extended(settings: SessionSettings, searched: Settings): SessionSettings {
  return {
    ...settings,
    itemDecay: searched['item_decay'] ?? 0,
    distanceDecay: searched['distance_decay'] ?? 0,
    returnWeight: searched['return_weight'] ?? 1
  }
}

/** As it is served: what a visitor has just seen needs no recommendation. */
const discovering: Family = {
  ...ours,
  name: 'new items only',
  aim: 'new item',
  starts: ours.starts.map((start) => ({ ...start, return_weight: 0 })),
  axes: ours.axes.filter(({ name }) => name !== 'return_weight')
}

const popularity: Family = {
  name: 'popularity',
  aim: 'next item',
  starts: [{ half_life_days: 8 }],
  axes: [{ name: 'half_life_days', by: 'multiplying', step: 2, min: 0.25, max: 1_024 }],
  createFit: ({ clicks, sessionCount, itemCount }) => {
    const nowMs = clicks.occurredAtMs.reduce((latest, atMs) => Math.max(latest, atMs), 0)
    const interactions = {
      ...clicks,
      unitCount: sessionCount,
      itemCount,
      units: clicks.sessions,
      weights: new Float32Array(clicks.items.length).fill(1)
    }
    return ({ half_life_days: halfLifeDays = Infinity }) => {
      const best = topK(fitPopularity(interactions, { nowMs, halfLifeDays }), K + 1).indexes
      return (session) => best.filter((item) => item !== session[0]).slice(0, K)
    }
  }
}

export const families: readonly Family[] = [popularity, published, ours, discovering]

/** Whether the search chose for new items what the API uses. */
export function isServed({ family, settings }: { family: Family; settings: Settings }): boolean {
  const chosen = extended(sizesOf(settings), settings)
  const served = new Map<string, unknown>(Object.entries(sessionSettings))
  return (
    family.aim === 'new item' && Object.entries(chosen).every(([name, value]) => served.get(name) === value)
  )
}

/** The index does not depend on what is searched. */
function createIndexFit(
  extend: (settings: SessionSettings, searched: Settings) => SessionSettings
): Family['createFit'] {
  return ({ clicks, sessionCount }) => {
    const index: SessionIndex = buildSessionIndex(clicks, {
      sessionsMax: sessionCount,
      sessionItemsMax: SESSION_ITEMS_MAX
    })
    return (searched) => {
      const recommend = createSessionNeighbours(index, extend(sizesOf(searched), searched))
      return (session) => recommend(session, { k: K, excluded: (item) => item === session[0] }).indexes
    }
  }
}

function sizesOf(searched: Settings): SessionSettings {
  return {
    ...vmisKnn,
    lastItemsMax: Math.round(searched['last_items'] ?? 1),
    recentSessionsMax: Math.round(searched['recent_sessions'] ?? 1),
    neighboursMax: Math.round(searched['neighbours'] ?? 1),
    idfExponent: searched['idf_exponent'] ?? 1
  }
}
