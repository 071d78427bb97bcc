import { read as readWithCallback } from 'node:fs'
import { promisify } from 'node:util'
import type { LogRecord } from '../../models/contracts/event-log.ts'
import type { IndexEntry } from './index-file.ts'
import { hasRecordBehind, MESSAGE_BYTES_MAX, readRecord } from './record.ts'

/** At most so much of a partition is handed over at once; a record is always smaller than a chunk. */
export const CHUNK_RECORDS_MAX = 10_000
export const CHUNK_BYTES_MAX = 4 * 1024 * 1024

const readAt = promisify(readWithCallback)

/** Reads the records of one file in order from `start`. Values are views of a chunk that nothing writes to again. */
export class RecordReader {
  position: number
  nextOffset: number
  readonly #descriptor: number
  readonly #file: string
  #chunk = Buffer.alloc(0)
  #chunkAt: number
  /** Where the file was found broken with nothing behind it, so that a poll does not search it again. */
  #tornBefore = -1

  constructor({ descriptor, file, start }: { descriptor: number; file: string; start: IndexEntry }) {
    this.#descriptor = descriptor
    this.#file = file
    this.position = start.position
    this.#chunkAt = start.position
    this.nextOffset = start.offset
  }

  /**
   * The next records that end by `end`; none when what follows is a torn tail. Throws where bytes before `syncedEnd`
   * are damaged and whole records follow them.
   */
  async read({ end, syncedEnd, recordsMax = CHUNK_RECORDS_MAX }: ReadRange): Promise<LogRecord[]> {
    const records: LogRecord[] = []
    while (records.length < recordsMax) {
      const result = readRecord(this.#chunk, this.position - this.#chunkAt)
      if (result.ok) {
        if (result.record.offset !== this.nextOffset)
          throw this.#damage(`says offset ${result.record.offset}`)
        records.push(result.record)
        this.nextOffset++
        this.position = this.#chunkAt + result.end
      } else if (records.length > 0 || !(await this.#fill(end))) {
        if (records.length === 0) await this.#refuseDamage(Math.min(end, syncedEnd))
        break
      }
    }
    return records
  }

  /** Reads on from the current record; false when that brought nothing new. */
  async #fill(end: number): Promise<boolean> {
    const held = this.#chunkAt + this.#chunk.length - this.position
    const wanted = Math.min(end - this.position, CHUNK_BYTES_MAX)
    if (wanted <= held) return false
    const bytes = Buffer.allocUnsafeSlow(wanted)
    const { bytesRead } = await readAt(this.#descriptor, bytes, 0, wanted, this.position)
    this.#chunk = bytes.subarray(0, bytesRead)
    this.#chunkAt = this.position
    return bytesRead > held
  }

  async #refuseDamage(syncedEnd: number): Promise<void> {
    if (this.position >= syncedEnd || this.#tornBefore === syncedEnd) return
    const bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES_MAX)
    // Windows overlap by more than a record, so that none hides on a seam.
    for (let at = this.position; at < syncedEnd; at += CHUNK_BYTES_MAX - 2 * MESSAGE_BYTES_MAX) {
      const { bytesRead } = await readAt(this.#descriptor, bytes, 0, CHUNK_BYTES_MAX, at)
      if (hasRecordBehind(bytes.subarray(0, bytesRead), 0)) throw this.#damage('fails its checksum')
      if (bytesRead < CHUNK_BYTES_MAX) break
    }
    this.#tornBefore = syncedEnd
  }

  #damage(what: string): Error {
    return new Error(
      `${this.#file} is damaged: the record at byte ${this.position}, offset ${this.nextOffset}, ${what}`
    )
  }
}

export type ReadRange = { end: number; syncedEnd: number; recordsMax?: number }
