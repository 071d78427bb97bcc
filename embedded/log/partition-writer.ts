import { constants, fsyncSync, openSync, closeSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LogMessage, TopicPartition } from '../../models/contracts/event-log.ts'
import { openIndex, searchIndex } from './index-file.ts'
import { takeLock } from './lock.ts'
import { LOG_START } from './partition-reader.ts'
import { RecordReader } from './record-reader.ts'
import { recordBytes, writeRecord } from './record.ts'
import { partitionFile } from './topics.ts'
import { FILE_HEADER_BYTES, readWatermark, writeWatermark, type Watermark } from './watermark.ts'

/** One sync covers the sends that came while the one before it ran, up to about so many bytes. */
const GROUP_BYTES_MAX = 2 * 1024 * 1024
/** A disk slower than the senders must reach them as an error, not as memory. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024

type Waiting = {
  messages: LogMessage[]
  bytes: number
  resolve: () => void
  reject: (error: unknown) => void
}

/** The only writer of one partition. Records become visible to consumers when they are synced. */
export class PartitionWriter {
  readonly #handle: FileHandle
  readonly #index: ReturnType<typeof openIndex>
  readonly #lock: { release(): void }
  #end: Watermark
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #flushing: Promise<void> | undefined
  /** Whether bytes may lie behind the end, left by a write that failed. */
  #dirty = false

  /** Takes the lock, drops a torn tail, and throws when records in the middle are damaged. */
  static async open(dir: string, at: TopicPartition): Promise<PartitionWriter> {
    const lock = takeLock(partitionFile(dir, at, 'lock'))
    let handle: FileHandle | undefined
    try {
      const file = partitionFile(dir, at, 'log')
      handle = await open(file, constants.O_RDWR | constants.O_CREAT)
      const end = await recover({ dir, at, handle })
      syncFolder(dirname(file))
      return new PartitionWriter({
        handle,
        lock,
        end,
        index: openIndex(partitionFile(dir, at, 'index'), end.position)
      })
    } catch (error) {
      await handle?.close()
      lock.release()
      throw error
    }
  }

  private constructor(parts: {
    handle: FileHandle
    lock: { release(): void }
    end: Watermark
    index: ReturnType<typeof openIndex>
  }) {
    this.#handle = parts.handle
    this.#lock = parts.lock
    this.#end = parts.end
    this.#index = parts.index
  }

  append(messages: LogMessage[]): Promise<void> {
    const bytes = messages.reduce((sum, message) => sum + recordBytes(message), 0)
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      return Promise.reject(new Error(`the log is behind: ${this.#waitingBytes} bytes wait to be written`))
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.push({ messages, bytes, resolve, reject })
    this.#waitingBytes += bytes
    this.#flushing ??= this.#flush()
    return promise
  }

  async close(): Promise<void> {
    await this.#flushing
    this.#index.close()
    await this.#handle.close()
    this.#lock.release()
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup()
      try {
        await this.#write(group)
        for (const { resolve } of group) resolve()
      } catch (error) {
        await this.#takeBack()
        for (const { reject } of group) reject(error)
      }
    }
    this.#flushing = undefined
  }

  #takeGroup(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const waiting of this.#waiting) {
      if (count > 0 && bytes + waiting.bytes > GROUP_BYTES_MAX) break
      bytes += waiting.bytes
      count++
    }
    this.#waitingBytes -= bytes
    return this.#waiting.splice(0, count)
  }

  async #write(group: Waiting[]): Promise<void> {
    const start = this.#end
    if (this.#dirty) await this.#handle.truncate(start.position)
    const bytes = Buffer.allocUnsafe(group.reduce((sum, waiting) => sum + waiting.bytes, 0))
    let offset = start.nextOffset
    let length = 0
    for (const { messages } of group) {
      for (const message of messages) length = writeRecord(bytes, length, { offset: offset++, message })
    }
    this.#dirty = true
    for (let written = 0; written < length;) {
      written += (await this.#handle.write(bytes, written, length - written, start.position + written))
        .bytesWritten
    }
    await this.#handle.datasync()
    const end = { position: start.position + length, nextOffset: offset }
    writeWatermark(this.#handle.fd, end)
    this.#dirty = false
    this.#end = end
    this.#index.add({ offset: start.nextOffset, position: start.position })
  }

  /** What may be half written is cut off, so that the next record starts where the last good one ends. */
  async #takeBack(): Promise<void> {
    try {
      await this.#handle.truncate(this.#end.position)
      writeWatermark(this.#handle.fd, this.#end)
      this.#dirty = false
    } catch {
      // `#dirty` stays: the next write cuts first, and is refused in its turn when that fails.
    }
  }
}

/** Finds the end of the whole records and cuts off what is behind it. */
async function recover({ dir, at, handle }: { dir: string; at: TopicPartition; handle: FileHandle }) {
  const file = partitionFile(dir, at, 'log')
  const { size } = await handle.stat()
  const mark = readWatermark(handle.fd)
  const hint = searchIndex(partitionFile(dir, at, 'index'), (entry) => entry.position < size).last
  const known = mark && mark.position <= size ? { offset: mark.nextOffset, position: mark.position } : hint
  const reader = new RecordReader({ descriptor: handle.fd, file, start: known ?? LOG_START })
  // Without a whole watermark every byte counts as synced, so that damage is never taken for a torn tail.
  const range = { end: size, syncedEnd: mark?.position ?? size }
  while ((await reader.read(range)).length > 0);
  const end = { position: Math.max(reader.position, FILE_HEADER_BYTES), nextOffset: reader.nextOffset }
  if (end.position !== size) await handle.truncate(end.position)
  await handle.datasync()
  writeWatermark(handle.fd, end)
  return end
}

// A new file's name is durable only when its folder is. Windows cannot sync a folder, and need not.
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
