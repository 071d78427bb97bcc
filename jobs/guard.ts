import type { ClickHouseClient } from '@clickhouse/client'
import {
  compareRecalls,
  isWorse,
  sayComparison,
  whyTooFew,
  type ListFacts
} from '../models/recommend/guard.ts'
import { judgeRecalls } from '../models/recommend/quality.ts'
import type { ShopData } from '../models/recommend/served-models.ts'
import { recommendSettings, type RecommendSettings } from '../models/recommend/settings.ts'
import { chooseSplit } from '../models/recommend/time-split.ts'
import { readCustomerPurchases } from './customer-purchases.ts'
import type { WorkIndex } from './interactions.ts'

/** What is noted of a version when it is published, so that the next one can be held against it. */
export type ServedNote = {
  version: string
  /** Undefined when software made it whose settings are not ours: then there are none to hold ours against. */
  settings: RecommendSettings | undefined
  facts: ListFacts
  /** Of what it was made. */
  read_at: string
}

export type Verdict = { ok: boolean; reason: string }

const USERS_MAX = 2_000

/**
 * May these lists replace those that are served? Their sizes are compared always. What is served was fitted to older data,
 * so its lists cannot be judged by the same days; its settings can: both settings are fitted to what was before a split in
 * time and judged by what came after. That costs two fits more, and only when the settings differ.
 */
export async function checkPublish(
  clickhouse: ClickHouseClient,
  data: ShopData & { index: WorkIndex },
  { facts, served }: { facts: ListFacts; served: ServedNote | undefined }
): Promise<Verdict> {
  if (!served) return { ok: true, reason: 'nothing served to compare with' }
  const tooFew = whyTooFew(facts, served.facts)
  if (tooFew !== undefined) return { ok: false, reason: tooFew }
  if (!served.settings) return { ok: true, reason: 'settings of other software, not compared' }
  if (sameText(served.settings, recommendSettings)) return { ok: true, reason: 'settings as served' }
  const purchases = await readCustomerPurchases(clickhouse, data.index)
  const split = chooseSplit(purchases, { endMs: data.nowMs, usersMax: USERS_MAX })
  if (!split) return { ok: true, reason: 'new settings, too few customers to compare them' }
  const comparison = compareRecalls(
    judgeRecalls(data, split, recommendSettings),
    judgeRecalls(data, split, served.settings)
  )
  return { ok: !isWorse(comparison), reason: sayComparison(comparison) }
}

const sameText = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Undefined when it is of another version: then there is nothing to hold against. */
export function parseNote(text: string | null, version: string | undefined): ServedNote | undefined {
  if (text === null || version === undefined) return undefined
  const note: unknown = JSON.parse(text)
  const like = {
    version: '',
    facts: { works: 0, bought_together: 0, similar: 0, popular: 0 },
    read_at: ''
  }
  if (!isLike(like, note) || note.version !== version) return undefined
  const { facts, read_at } = note
  const settings = 'settings' in note && isLike(recommendSettings, note.settings) ? note.settings : undefined
  return { version, settings, facts, read_at }
}

/** Has the fields that the example has, of the same types. */
function isLike<Value>(example: Value, value: unknown): value is Value {
  if (typeof example !== 'object' || example === null) return typeof value === typeof example
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  return Object.entries(example).every(([name, part]) => fields.has(name) && isLike(part, fields.get(name)))
}
