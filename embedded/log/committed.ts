import { mkdirSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Committed, TopicPartition } from '../../models/contracts/event-log.ts'
import { readIfThere } from './read-if-there.ts'
import { checkName } from './topics.ts'

/** Kafka takes 4,096 bytes of offset metadata by default. */
const METADATA_BYTES_MAX = 4_096

/** What one group has committed: a file a partition, `groups/<group>/<topic>-<partition>.json`. */
export function openCommitted(dir: string, group: string) {
  const folder = join(dir, 'groups', checkName(group))
  mkdirSync(folder, { recursive: true })
  const writing = new Map<string, Promise<void>>()
  const fileOf = ({ topic, partition }: TopicPartition) =>
    join(folder, `${checkName(topic)}-${partition}.json`)
  return {
    read: (at: TopicPartition): Committed | undefined => readCommitted(fileOf(at)),
    /** Commits of one partition happen one after another, in the order of the calls. */
    write(at: TopicPartition, committed: Committed): Promise<void> {
      checkCommitted(committed)
      const file = fileOf(at)
      const before = writing.get(file) ?? Promise.resolve()
      const written = before.then(() => replaceFile(file, JSON.stringify(committed)))
      writing.set(
        file,
        written.catch(() => undefined)
      )
      return written
    },
    lockFile: join(folder, 'lock')
  }
}

function checkCommitted({ offset, metadata }: Committed): void {
  if (!Number.isSafeInteger(offset) || offset < 0) throw new Error(`not an offset to commit: ${offset}`)
  const bytes = Buffer.byteLength(metadata)
  if (bytes > METADATA_BYTES_MAX) throw new Error(`metadata of ${bytes} bytes, at most ${METADATA_BYTES_MAX}`)
}

function readCommitted(file: string): Committed | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  const value: unknown = JSON.parse(text)
  if (typeof value === 'object' && value !== null && 'offset' in value && 'metadata' in value) {
    const { offset, metadata } = value
    if (typeof offset === 'number' && typeof metadata === 'string') return { offset, metadata }
  }
  throw new Error(`${file} is damaged: it holds no offset and metadata`)
}

/** After a crash there is the old file or the new one, whole. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w')
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
