import type { ClickHouseClient } from '@clickhouse/client'
import { REJECTED_TOPIC } from '../../models/contracts/topics.ts'
import type { TopicPartition } from '../../models/contracts/event-log.ts'
import type { Block, Range } from '../block.ts'

/**
 * Ingest tells the topic of rejected messages what it refused itself, so that whoever follows that topic sees all of
 * it; the row is in the table by then. Answers the offsets of such messages, so that the table holds each once. Rows of
 * the range itself are not asked: a repeated insert of it must bring the same rows.
 */
export async function findAnnounced(
  client: ClickHouseClient,
  at: TopicPartition,
  range: Range,
  rows: Block['rejected']
): Promise<Set<number>> {
  if (at.topic !== REJECTED_TOPIC) return new Set()
  const told = rows.filter(
    ({ source, from_topic }) => source === 'ingest' && from_topic !== '' && from_topic !== at.topic
  )
  if (told.length === 0) return new Set()
  const kept = new Set(await readPlaces(client, at, range, told))
  return new Set(
    told
      .filter((message) => {
        const place = placeOf(message)
        if (kept.has(place)) return true
        kept.add(place)
        return false
      })
      .map(({ offset }) => offset)
  )
}

type Place = { from_topic: string; from_partition: number; from_offset: number }

/** As rows of their own, or told of before, of a row that was lost. */
async function readPlaces(
  client: ClickHouseClient,
  at: TopicPartition,
  range: Range,
  places: Place[]
): Promise<string[]> {
  const result = await client.query({
    query: `
      WITH wanted AS
        (SELECT topic, partition, offset FROM
          (SELECT {topics:Array(String)} AS topics, {partitions:Array(UInt16)} AS partitions, {offsets:Array(UInt64)} AS offsets)
          ARRAY JOIN topics AS topic, partitions AS partition, offsets AS offset)
      SELECT concat(topic, '/', toString(partition), '@', toString(offset)) FROM raw.rejected
      WHERE (topic, partition, offset) IN (SELECT * FROM wanted)
      UNION ALL
      SELECT concat(from_topic, '/', toString(from_partition), '@', toString(from_offset)) FROM raw.rejected
      WHERE topic = {own_topic:String} AND NOT (partition = {own_partition:UInt16} AND offset BETWEEN {first:UInt64} AND {last:UInt64})
        AND source = 'ingest' AND (from_topic, from_partition, from_offset) IN (SELECT * FROM wanted)`,
    query_params: {
      topics: places.map(({ from_topic }) => from_topic),
      partitions: places.map(({ from_partition }) => from_partition),
      offsets: places.map(({ from_offset }) => from_offset),
      own_topic: at.topic,
      own_partition: at.partition,
      first: range.first,
      last: range.last
    },
    format: 'JSONCompactEachRow'
  })
  return (await result.json<[string]>()).map(([place]) => place)
}

const placeOf = ({ from_topic, from_partition, from_offset }: Place): string =>
  `${from_topic}/${from_partition}@${from_offset}`
