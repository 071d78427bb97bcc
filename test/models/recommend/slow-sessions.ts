import type { Click, Clicks, SessionIndexOptions } from '../../../models/recommend/session-index.ts'
import type { SessionSettings } from '../../../models/recommend/session-neighbours.ts'

/** Session neighbours as one would write them down: lists of objects, searched through for each question. */
type Session = { session: number; items: number[]; latestMs: number; touched: number }

export function rememberSlowly(
  clicks: readonly Click[],
  { sessionsMax, sessionItemsMax }: SessionIndexOptions
): Session[] {
  let sessions: Session[] = []
  clicks.forEach(({ session, item, atMs }, touched) => {
    let known = sessions.find((one) => one.session === session)
    if (!known) {
      const isFull = sessions.length >= sessionsMax
      if (isFull && (sessions.at(-1)?.latestMs ?? Infinity) > atMs) return
      if (isFull) sessions = sessions.slice(0, -1)
      known = { session, items: [], latestMs: atMs, touched }
      sessions.push(known)
    } else if (atMs >= known.latestMs) Object.assign(known, { latestMs: atMs, touched })
    if (!known.items.includes(item) && known.items.length < sessionItemsMax) known.items.push(item)
    sessions.sort((a, b) => b.latestMs - a.latestMs || b.touched - a.touched)
  })
  return sessions
}

/** Score by item, and what each speaker gave to it. */
export function scoreSlowly(
  sessions: readonly Session[],
  asked: readonly number[],
  settings: SessionSettings
): Map<number, { score: number; parts: number[] }> {
  const speakers = [...new Set(asked)].slice(0, settings.lastItemsMax)
  const weights = speakers.map((_, place) =>
    settings.itemDecay === 'linear'
      ? (speakers.length - place) / speakers.length
      : Math.exp(-settings.itemDecay * place)
  )
  const nearest = sessions
    .filter(({ items }) => speakers.some((speaker) => items.includes(speaker)))
    .slice(0, settings.recentSessionsMax)
    .map(({ items }) => {
      const given = speakers.map((speaker, at) => (items.includes(speaker) ? (weights[at] ?? 0) : 0))
      return { items, given, similarity: given.reduce((sum, one) => sum + one, 0) }
    })
    .toSorted((a, b) => Math.fround(b.similarity) - Math.fround(a.similarity))
    .slice(0, settings.neighboursMax)
  const entryCount = sessions.reduce((sum, { items }) => sum + items.length, 0)
  const scores = new Map<number, { score: number; parts: number[] }>()
  for (const { items, given } of nearest) {
    const latest = speakers.findIndex((speaker) => items.includes(speaker))
    const latestPlace = items.indexOf(speakers[latest] ?? -1)
    items.forEach((item, place) => {
      const count = sessions.filter((one) => one.items.includes(item)).length
      const factor =
        Math.log(entryCount / count) ** settings.idfExponent *
        (1 - (latest + 1) / 10) *
        Math.exp(-settings.distanceDecay * Math.abs(place - latestPlace)) *
        (asked.includes(item) ? settings.returnWeight : 1)
      const known = scores.get(item) ?? { score: 0, parts: speakers.map(() => 0) }
      scores.set(item, {
        score: known.score + factor * given.reduce((sum, one) => sum + one, 0),
        parts: known.parts.map((part, at) => part + factor * (given[at] ?? 0))
      })
    })
  }
  return scores
}

export function columnsOf(clicks: readonly Click[]): Clicks {
  return {
    sessions: Uint32Array.from(clicks, ({ session }) => session),
    items: Uint32Array.from(clicks, ({ item }) => item),
    occurredAtMs: Float64Array.from(clicks, ({ atMs }) => atMs)
  }
}
