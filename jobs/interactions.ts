import type { ClickHouseClient } from '@clickhouse/client'
import type { Table } from 'apache-arrow'
import {
  eventKinds,
  eventSettings,
  weighActs,
  type EventSettings
} from '../models/recommend/event-weights.ts'
import type { Interactions } from '../models/recommend/recommender.ts'
import { readColumns } from './clickhouse.ts'

/** Numbers for names, in the order of first use. */
export function createIndex<Name extends string | number = string>(names: Iterable<Name> = []) {
  const numbers = new Map<Name, number>()
  const list: Name[] = []
  const numberOf = (name: Name): number => {
    let number = numbers.get(name)
    if (number === undefined) {
      number = list.length
      numbers.set(name, number)
      list.push(name)
    }
    return number
  }
  for (const name of names) numberOf(name)
  return { list, numberOf, find: (name: Name) => numbers.get(name) }
}

/** Numbers of works by their ids. */
export type WorkIndex = ReturnType<typeof createIndex<string>>

/** What the models are fitted to: orders, rentals and behaviour, each with the weight of its kind. */
export async function readInteractions(
  clickhouse: ClickHouseClient,
  works: WorkIndex,
  settings: EventSettings = eventSettings
): Promise<Interactions> {
  const acts = await readColumns(clickhouse, 'interactions', {
    behaviour_days: settings.behaviourDays,
    behaviour_events_max: settings.behaviourEventsMax,
    visitor_events_max: settings.visitorEventsMax,
    orders_max: settings.ordersMax
  })
  return weighed(acts, works, settings)
}

/** Works that left the catalogue are left out, and so is what weighs nothing. */
function weighed(acts: Table, works: WorkIndex, settings: EventSettings): Interactions {
  const [unitIds, workIds, names, times] = ['unit', 'work_id', 'kind', 'occurred_at_ms'].map((name) =>
    acts.getChild(name)
  )
  const unitIndex = createIndex<number>()
  const units = new Uint32Array(acts.numRows)
  const items = new Uint32Array(acts.numRows)
  const kinds = new Uint8Array(acts.numRows)
  const occurredAtMs = new Float64Array(acts.numRows)
  let count = 0
  for (let row = 0; row < acts.numRows; row++) {
    const name = names?.get(row)
    const kind = eventKinds.findIndex((known) => known === name)
    const weight = settings.weights[eventKinds[kind] ?? 'given_back']
    const item = works.find(String(workIds?.get(row)))
    if (kind < 0 || item === undefined || weight === 0) continue
    units[count] = unitIndex.numberOf(Number(unitIds?.get(row)))
    items[count] = item
    kinds[count] = kind
    occurredAtMs[count++] = Number(times?.get(row))
  }
  const read = { kinds: kinds.subarray(0, count), occurredAtMs: occurredAtMs.subarray(0, count) }
  return {
    unitCount: unitIndex.list.length,
    itemCount: works.list.length,
    units: units.subarray(0, count),
    items: items.subarray(0, count),
    weights: weighActs(read, settings),
    occurredAtMs: read.occurredAtMs
  }
}
