import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clicks } from '../../models/recommend/session-index.ts'

export type FileName = 'train.txt' | 'valid.txt' | 'test.txt'

/** Sessions are numbered in the order of their first line; items and times are the file's. */
export type SessionFile = { clicks: Clicks; sessionCount: number; itemCount: number }

export async function readSessionFile(directory: string, name: FileName): Promise<SessionFile> {
  const text = await readFile(join(directory, name), 'utf8').catch((cause: unknown) => {
    throw new Error(`--data names a folder with train.txt, valid.txt and test.txt; ${name} cannot be read`, {
      cause
    })
  })
  return parseSessions(text, name)
}

const LINE = /^(\d{1,15})\t(\d{1,9})\t(\d+(?:\.\d*)?)\r?$/

/** Serenade's format: a line of names, then SessionId, ItemId and Time in seconds, which its evaluator rounds. */
export function parseSessions(text: string, name: string): SessionFile {
  const sessions: number[] = []
  const items: number[] = []
  const occurredAtMs: number[] = []
  const numbers = new Map<string, number>()
  const [names = '', ...lines] = text.split('\n')
  if (LINE.test(names)) throw new Error(`${name}:1: the names of the columns are missing`)
  lines.forEach((line, at) => {
    if (line.trim() === '') return
    const [, session = '', item = '', time = ''] = LINE.exec(line) ?? []
    if (session === '')
      throw new Error(`${name}:${at + 2}: ${JSON.stringify(line)} is not SessionId, ItemId and Time`)
    const number = numbers.get(session) ?? numbers.size
    numbers.set(session, number)
    sessions.push(number)
    items.push(Number(item))
    occurredAtMs.push(1000 * Math.round(Number(time)))
  })
  if (sessions.length === 0) throw new Error(`${name} has no clicks`)
  return {
    clicks: {
      sessions: Uint32Array.from(sessions),
      items: Uint32Array.from(items),
      occurredAtMs: Float64Array.from(occurredAtMs)
    },
    sessionCount: numbers.size,
    itemCount: items.reduce((count, item) => Math.max(count, item + 1), 0)
  }
}

/** The items of each session in the order of their times; of equal times, in that of the lines. */
export function sessionsOf({ clicks, sessionCount }: SessionFile): number[][] {
  const sessions = Array.from({ length: sessionCount }, (): number[] => [])
  const { occurredAtMs } = clicks
  const order = Array.from(occurredAtMs.keys()).toSorted(
    (a, b) => (occurredAtMs[a] ?? 0) - (occurredAtMs[b] ?? 0) || a - b
  )
  for (const at of order) sessions[clicks.sessions[at] ?? 0]?.push(clicks.items[at] ?? 0)
  return sessions
}
