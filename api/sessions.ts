import { setImmediate } from 'node:timers/promises'
import { unpackSessions } from '../models/contracts/served-sessions.ts'
import { WORK_IDS_FIELD, type ScoredIndexes } from '../models/contracts/served.ts'
import type { BlendSource } from '../models/recommend/blend.ts'
import { addClick, createSessionIndex } from '../models/recommend/session-index.ts'
import {
  createSessionNeighbours,
  type SessionNeighbours,
  type SessionScores
} from '../models/recommend/session-neighbours.ts'
import { sessionSettings } from '../models/recommend/settings.ts'
import type { WorkNumbers } from './work-numbers.ts'

const { sessionItemsMax, candidatesMax, sessionWeight, sessionSupport } = sessionSettings

export const noSessions: SessionNeighbours = createSessionNeighbours(
  createSessionIndex({ sessionsMax: 0, sessionItemsMax }),
  sessionSettings
)

/** Reads a published version, oldest session first. Requests are answered between the blocks. */
export async function loadSessions(
  records: AsyncIterable<[string, Buffer]>,
  works: WorkNumbers
): Promise<SessionNeighbours> {
  const blocks = new Map<number, Uint32Array[]>()
  let ids: string[] | undefined
  for await (const [id, bytes] of records) {
    if (id === WORK_IDS_FIELD) ids = JSON.parse(bytes.toString()) as string[]
    else blocks.set(Number(id), unpackSessions(bytes))
  }
  if (!ids) throw new Error(`the version has no record "${WORK_IDS_FIELD}"`)
  const workNumbers = Uint32Array.from(ids, (id) => works.numberOf(id))
  const sessionsMax = [...blocks.values()].reduce((count, sessions) => count + sessions.length, 0)
  const index = createSessionIndex({ sessionsMax, sessionItemsMax })
  let session = 0
  for (const [, sessions] of [...blocks].toSorted(([a], [b]) => b - a)) {
    await setImmediate()
    for (const items of sessions.toReversed()) {
      for (const item of items) {
        const work = workNumbers[item]
        if (work === undefined) throw new Error('a session names a work outside the version’s list')
        addClick(index, { session, item: work, atMs: session })
      }
      session++
    }
  }
  return createSessionNeighbours(index, sessionSettings)
}

/** What comes next in a session: a list for each item of it that says so. */
export function sessionSource(
  sessions: SessionNeighbours,
  session: readonly number[],
  excluded: (workNumber: number) => boolean
): BlendSource {
  const next = sessions(session, { k: candidatesMax, excluded })
  const support = next.neighbourCount / (next.neighbourCount + sessionSupport)
  return {
    name: 'sessions',
    weight: sessionWeight * support,
    listOf: (workNumber) => {
      const speaker = next.speakers.indexOf(workNumber)
      return speaker < 0 ? undefined : partOf(next, speaker)
    }
  }
}

function partOf({ indexes, parts, speakers }: SessionScores, speaker: number): ScoredIndexes {
  const scores = new Float32Array(indexes.length)
  for (let rank = 0; rank < scores.length; rank++) scores[rank] = parts[rank * speakers.length + speaker] ?? 0
  return { indexes, scores }
}
