import { digestOf, type Addressed } from '../../models/inventory/digest.ts'

/** What a receiver gets. docs/stock-webhook.md says it in words. */
export type Message = {
  id: string
  made_at: string
  groups: { supplier: string | null; lines: MessageLine[]; left_out: number }[]
  /** Notices that were dropped since the last message, because too many waited. */
  dropped: number
}
export type MessageLine = Pick<Addressed, 'product_id' | 'alert' | 'kind' | 'units'> & {
  title: string | null
  at: string
}

/** Of all groups together; one group has at most a hundred. What is beyond waits for the next message. */
const LINES_MAX = 1_000

/** The groups that fit into one message, those with the oldest news first, and the notices that are thereby done with. */
export function chooseGroups<Notice extends Addressed>(
  notices: readonly Notice[],
  isSnoozed: (notice: Notice) => boolean
) {
  const waiting = Map.groupBy(notices, ({ group }) => group)
  const chosen: ReturnType<typeof digestOf> = []
  const done: Notice[] = []
  let lines = 0
  for (const own of waiting.values()) {
    const [digest] = digestOf(own.filter((one) => !isSnoozed(one)))
    if (lines > 0 && lines + (digest?.lines.length ?? 0) > LINES_MAX) continue
    lines += digest?.lines.length ?? 0
    if (digest) chosen.push(digest)
    done.push(...own)
  }
  return { groups: chosen, done }
}

export function messageOf(
  groups: ReturnType<typeof digestOf>,
  { titles, ...of }: { id: string; made_at: string; dropped: number; titles: ReadonlyMap<string, string> }
): Message {
  return {
    ...of,
    groups: groups.map(({ group, lines, left_out }) => ({
      supplier: group || null,
      lines: lines.map(({ product_id, alert, kind, units, atMs }) => ({
        product_id,
        title: titles.get(product_id) ?? null,
        alert,
        kind,
        units,
        at: new Date(atMs).toISOString()
      })),
      left_out
    }))
  }
}
