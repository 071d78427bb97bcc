import { REJECTED_TOPIC, topics } from '../../models/contracts/topics.ts'
import type { LogRange } from './hold-group.ts'

export type ReplayOptions =
  | { kind: 'range'; range: LogRange; isDryRun: boolean }
  | { kind: 'rebuild'; names: 'all' | string[] }
  | { kind: 'resume' }

type Given = {
  topic?: string | undefined
  partition?: string | undefined
  from?: string | undefined
  to?: string | undefined
  'dry-run': boolean
  rebuild: boolean
  resume: boolean
}

/** Throws a sentence for whoever typed it. */
export function readOptions(given: Given, names: string[]): ReplayOptions {
  if ((given.rebuild || given.resume) && given['dry-run']) {
    throw new Error('--dry-run is for a range: what is made anew, or goes on, can only be done')
  }
  if (given.rebuild) {
    const stray = (['topic', 'partition', 'from', 'to'] as const).filter((name) => given[name] !== undefined)
    if (stray.length > 0) throw new Error(`--rebuild takes names of marts, not --${stray.join(', --')}`)
    return { kind: 'rebuild', names: names.length === 0 || names.includes('all') ? 'all' : names }
  }
  if (names.length > 0) throw new Error(`unexpected: ${names.join(' ')}`)
  if (given.resume) return { kind: 'resume' }
  const topic = given.topic ?? ''
  if (![...topics, REJECTED_TOPIC].some((known) => known === topic)) {
    throw new Error(`--topic is one of ${[...topics, REJECTED_TOPIC].join(', ')}`)
  }
  const partition = readNumber('--partition', given.partition)
  const first = readNumber('--from', given.from)
  const last = readNumber('--to', given.to)
  if (first > last) throw new Error(`--from ${first} is behind --to ${last}`)
  return { kind: 'range', range: { topic, partition, first, last }, isDryRun: given['dry-run'] }
}

function readNumber(name: string, text: string | undefined): number {
  const number = Number(text)
  if (text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new Error(`${name} is a whole number, not ${text ?? 'left out'}`)
}
