import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TopicPartition } from '../../models/contracts/event-log.ts'
import { readIfThere } from './read-if-there.ts'

export const PARTITIONS_MAX = 64

/** Everything of one partition lies beside its log: `<topic>/<partition>.log`, `.index` and `.lock`. */
export function partitionFile(dir: string, { topic, partition }: TopicPartition, ending: string): string {
  return join(dir, checkName(topic), `${partition}.${ending}`)
}

export const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`

/** How many partitions the topic has; undefined while nobody has created it. */
export function readPartitionCount(dir: string, topic: string): number | undefined {
  const file = join(dir, checkName(topic), 'meta.json')
  const text = readIfThere(file)
  if (text === undefined) return undefined
  const meta: unknown = JSON.parse(text)
  const count =
    typeof meta === 'object' && meta !== null && 'partitions' in meta ? meta.partitions : undefined
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > PARTITIONS_MAX) {
    throw new Error(`${file}: partitions is not a whole number from 1 to ${PARTITIONS_MAX}`)
  }
  return count
}

/** The first caller's count stays for ever: another would send keys to other partitions and lose their order. */
export function createTopic(dir: string, topic: string, partitions: number): number {
  const known = readPartitionCount(dir, topic)
  if (known !== undefined) return known
  const folder = join(dir, topic)
  mkdirSync(folder, { recursive: true })
  const draft = join(folder, `meta.json.${process.pid}`)
  writeFileSync(draft, JSON.stringify({ partitions }), { flush: true })
  try {
    linkSync(draft, join(folder, 'meta.json'))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readPartitionCount(dir, topic) ?? partitions
}

/** Names become files, so only Kafka's own alphabet is allowed. `groups` is where committed offsets lie. */
export function checkName(name: string): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(name) && name !== 'groups') return name
  throw new Error(`not a name of a topic or group: ${JSON.stringify(name.slice(0, 250))}`)
}
