import { readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** Where the synced records of a partition end, and the offset that the next one gets. Consumers read no further. */
export type Watermark = { position: number; nextOffset: number }

/** A partition's file starts with its watermark; records follow. */
export const FILE_HEADER_BYTES = 64
const MAGIC = Buffer.from('FLIPLOG1')
const CHECKSUM_AT = 24

export function writeWatermark(descriptor: number, { position, nextOffset }: Watermark): void {
  const bytes = Buffer.alloc(FILE_HEADER_BYTES)
  MAGIC.copy(bytes)
  bytes.writeDoubleLE(position, 8)
  bytes.writeDoubleLE(nextOffset, 16)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CHECKSUM_AT)), CHECKSUM_AT)
  writeSync(descriptor, bytes, 0, FILE_HEADER_BYTES, 0)
}

/** Undefined when the bytes are not whole: a file that was just created, or a write under way. */
export function readWatermark(descriptor: number): Watermark | undefined {
  const bytes = Buffer.allocUnsafe(FILE_HEADER_BYTES)
  if (readSync(descriptor, bytes, 0, FILE_HEADER_BYTES, 0) < FILE_HEADER_BYTES) return undefined
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  if (crc32(bytes.subarray(0, CHECKSUM_AT)) !== bytes.readUInt32LE(CHECKSUM_AT)) return undefined
  return { position: bytes.readDoubleLE(8), nextOffset: bytes.readDoubleLE(16) }
}
