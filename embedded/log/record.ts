import { crc32 } from 'node:zlib'
import type { LogMessage, LogRecord } from '../../models/contracts/event-log.ts'

/**
 * A record in a partition's file, little-endian:
 *   u32 magic | u32 length of what follows the checksum | u32 CRC32 of it | u48 offset | i16 key length, -1 is null | key | value
 */
export const RECORD_HEADER_BYTES = 20
const CHECKED_FROM = 12
const MAGIC = Buffer.from('FLR1')
const MAGIC_NUMBER = MAGIC.readUInt32LE()

/** Of key and value together, as Kafka's default `message.max.bytes`. */
export const MESSAGE_BYTES_MAX = 1024 * 1024
const KEY_BYTES_MAX = 32_767
const RECORD_BYTES_MAX = RECORD_HEADER_BYTES + MESSAGE_BYTES_MAX

/** Bytes of the record that will hold this message. Throws when it is larger than a log takes. */
export function recordBytes({ key, value }: LogMessage): number {
  const keyBytes = key === null ? 0 : Buffer.byteLength(key)
  const bytes = keyBytes + (typeof value === 'string' ? Buffer.byteLength(value) : value.length)
  if (keyBytes > KEY_BYTES_MAX) throw new Error(`a key of ${keyBytes} bytes, at most ${KEY_BYTES_MAX}`)
  if (bytes > MESSAGE_BYTES_MAX) throw new Error(`a message of ${bytes} bytes, at most ${MESSAGE_BYTES_MAX}`)
  return RECORD_HEADER_BYTES + bytes
}

/** Writes the record at `position` of `into` and answers where it ends; `recordBytes` says how much room it needs. */
export function writeRecord(
  into: Buffer,
  position: number,
  { offset, message }: { offset: number; message: LogMessage }
): number {
  const { key, value } = message
  const body = position + RECORD_HEADER_BYTES
  const keyBytes = key === null ? 0 : into.write(key, body)
  const valueAt = body + keyBytes
  const valueBytes = typeof value === 'string' ? into.write(value, valueAt) : value.copy(into, valueAt)
  const end = valueAt + valueBytes
  into.writeUInt32LE(MAGIC_NUMBER, position)
  into.writeUInt32LE(end - position - CHECKED_FROM, position + 4)
  into.writeUIntLE(offset, position + 12, 6)
  into.writeInt16LE(key === null ? -1 : keyBytes, position + 18)
  into.writeUInt32LE(crc32(into.subarray(position + CHECKED_FROM, end)), position + 8)
  return end
}

/** `part` may become a record when more bytes come; `broken` never will. */
export type ReadResult = { ok: true; record: LogRecord; end: number } | { ok: false; why: 'part' | 'broken' }

/** The value is a view of `bytes`, not a copy. */
export function readRecord(bytes: Buffer, position: number): ReadResult {
  if (bytes.length - position < RECORD_HEADER_BYTES) return { ok: false, why: 'part' }
  const length = bytes.readUInt32LE(position + 4)
  const bounded = length >= RECORD_HEADER_BYTES - CHECKED_FROM && length <= RECORD_BYTES_MAX - CHECKED_FROM
  if (bytes.readUInt32LE(position) !== MAGIC_NUMBER || !bounded) return { ok: false, why: 'broken' }
  const end = position + CHECKED_FROM + length
  if (end > bytes.length) return { ok: false, why: 'part' }
  const checksum = crc32(bytes.subarray(position + CHECKED_FROM, end))
  if (checksum !== bytes.readUInt32LE(position + 8)) return { ok: false, why: 'broken' }
  const keyBytes = bytes.readInt16LE(position + 18)
  const body = position + RECORD_HEADER_BYTES
  const valueAt = body + Math.max(0, keyBytes)
  const record = {
    offset: bytes.readUIntLE(position + 12, 6),
    key: keyBytes < 0 ? null : bytes.toString('utf8', body, valueAt),
    value: bytes.subarray(valueAt, end)
  }
  return { ok: true, record, end }
}

/** Whether a whole record starts anywhere behind `position`: then what is broken there is no torn tail. */
export function hasRecordBehind(bytes: Buffer, position: number): boolean {
  for (let at = bytes.indexOf(MAGIC, position + 1); at >= 0; at = bytes.indexOf(MAGIC, at + 1)) {
    if (readRecord(bytes, at).ok) return true
  }
  return false
}
