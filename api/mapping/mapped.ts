import { topicOf } from '../../models/contracts/topics.ts'
import { eventIds } from './event-ids.ts'
import { present, type Loose } from './loose.ts'
import type { Said } from './read-trade.ts'

/** What became of one foreign event: events of ours, still to be checked, or why there is no counterpart. */
export type Mapped = { ok: true; events: Loose[] } | { ok: false; reason: string; field: string }

export const noCounterpart = (field: string, what: string): Mapped => ({
  ok: false,
  field,
  reason: `${field}: ${what} has no counterpart here`
})

/** Gives each its envelope. `own` is the sender's id; `seed` is the same whenever the sender tries again. */
export function envelop(
  said: Said[],
  options: { envelope: Loose; own: string | undefined; seed: unknown; time: unknown; properties: Loose }
): Mapped {
  const { envelope, own, seed, time, properties } = options
  const ids = eventIds({ own, seed, time, count: said.length })
  const events = said.map(({ type, fields }, i) =>
    present({
      type,
      event_id: ids[i],
      ...envelope,
      // Both forms take fields of the sender's own; these mean what they mean here.
      simulated: properties['simulated'],
      ...(topicOf[type] === 'flipside.behaviour' && { is_bot: properties['is_bot'] }),
      ...fields
    })
  )
  return { ok: true, events }
}
