/** A rejected message as the warehouse keeps it. Its place names it: where its own row was read from. */
export type RejectedRow = {
  topic: string
  partition: number
  offset: string
  /** RFC 3339. */
  rejected_at: string
  source: string
  scope: string
  reason: string
  from_topic: string
  from_partition: number
  from_offset: string
  body: string
  body_encoding: string
}
export type PlaceName = Pick<RejectedRow, 'topic' | 'partition' | 'offset'>

export const writePlace = ({ topic, partition, offset }: PlaceName): string =>
  `${topic}/${partition}@${offset}`

/** Throws a sentence for whoever typed it. */
export function readPlace(text: string): PlaceName {
  const [, topic, partition, offset] = /^([\w.-]+)\/(\d{1,5})@(\d{1,16})$/.exec(text) ?? []
  if (topic === undefined || partition === undefined || offset === undefined) {
    throw new Error(`not a place: ${text} (for example flipside.orders/3@1234)`)
  }
  return { topic, partition: Number(partition), offset }
}
