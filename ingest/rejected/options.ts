import { parseArgs } from 'node:util'
import type { Filter } from './read.ts'
import { readPlace, type PlaceName } from './row.ts'

export type RejectedOptions =
  | { kind: 'help' }
  | { kind: 'list'; filter: Filter; limit: number }
  | { kind: 'show'; place: PlaceName }
  | { kind: 'replay'; filter: Filter; isDryRun: boolean; url?: string }

/** Throws a sentence for whoever typed it. */
export function readOptions(args: string[]): RejectedOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      since: { type: 'string' },
      topic: { type: 'string' },
      reason: { type: 'string' },
      limit: { type: 'string', default: '20' },
      all: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      url: { type: 'string' },
      help: { type: 'boolean', default: false }
    }
  })
  const [command, ...rest] = positionals
  if (values.help || command === undefined) return { kind: 'help' }
  const { since, topic, reason, url } = values
  if (since !== undefined && Number.isNaN(Date.parse(since)))
    throw new Error(`--since is a day or a time, not ${since}`)
  const filter: Filter = {
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(topic !== undefined && { topic }),
    ...(reason !== undefined && { reason })
  }
  const places = rest.map(readPlace)
  if (command === 'list') {
    const limit = Number(values.limit)
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw new Error('--limit is from 1 to 1000')
    return { kind: 'list', filter: { ...filter, withClosed: values.all }, limit }
  }
  if (command === 'show') {
    const [place] = places
    if (!place || places.length > 1) throw new Error('show takes one place')
    return { kind: 'show', place }
  }
  if (command !== 'replay') throw new Error(`no such command: ${command}`)
  if (places.length === 0 && Object.keys(filter).length === 0) {
    throw new Error('replay takes places, or at least one of --since, --topic and --reason')
  }
  const chosen = places.length > 0 ? { ...filter, places } : filter
  return { kind: 'replay', filter: chosen, isDryRun: values['dry-run'], ...(url !== undefined && { url }) }
}
