import { REJECTED_TABLE } from '../../ingest/block.ts'
import type { Warehouse } from '../../ingest/clickhouse.ts'
import type { EventConsumer } from '../../models/contracts/event-log.ts'

/** The steps of the block protocol, each with a moment before it and one after; an insert also while it is under way. */
export const points = [
  'before intent',
  'after intent',
  'before insert',
  'during insert',
  'after insert',
  'before rejected',
  'after rejected',
  'before record',
  'after record',
  'before commit',
  'after commit'
] as const
export type Point = (typeof points)[number]
type Step = 'intent' | 'insert' | 'rejected' | 'record' | 'commit'

/** Called at every point that the consumer comes by. What it does there, it does before it answers. */
export type Passing = (point: Point) => void

/** How far a request has come when it is `during`: it has left, and is not answered. */
const UNDER_WAY_MS = 3

/** The same consumer and warehouse, which tell of the points that they pass. */
export function watchPoints(
  { consumer, warehouse }: { consumer: EventConsumer; warehouse: Warehouse },
  pass: Passing
): { consumer: EventConsumer; warehouse: Warehouse } {
  async function take(step: Step, work: () => Promise<void>): Promise<void> {
    pass(`before ${step}`)
    const working = work()
    const timer = setTimeout(() => step === 'insert' && pass('during insert'), UNDER_WAY_MS)
    await working.finally(() => clearTimeout(timer))
    pass(`after ${step}`)
  }
  return {
    consumer: {
      ...consumer,
      commit: (at, next) => take(next.metadata === '' ? 'commit' : 'intent', () => consumer.commit(at, next))
    },
    warehouse: {
      ...warehouse,
      insert: (table, rows, token) => take(stepOf(table), () => warehouse.insert(table, rows, token))
    }
  }
}

function stepOf(table: string): Step {
  if (table === REJECTED_TABLE) return 'rejected'
  return table === 'ops.ingest_blocks' ? 'record' : 'insert'
}
