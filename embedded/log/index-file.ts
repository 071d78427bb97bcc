import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

/**
 * A sparse index beside a partition's file: two float64, offset and position, for every MiB of log or every synced
 * group, whichever is more. So a seek reads 16 KiB of index a GiB of log and then walks about one MiB. It is never
 * synced: a hint that is checked against the record it points to; without it a seek walks from the start.
 */
export type IndexEntry = { offset: number; position: number }
const INDEX_EVERY_BYTES = 1024 * 1024
const ENTRY_BYTES = 16

/** The last entry that `isBefore` accepts, and how many it accepts. Entries are in the order of the log. */
export function searchIndex(file: string, isBefore: (entry: IndexEntry) => boolean) {
  const bytes = readOrEmpty(file)
  const entryAt = (i: number): IndexEntry => ({
    offset: bytes.readDoubleLE(i * ENTRY_BYTES),
    position: bytes.readDoubleLE(i * ENTRY_BYTES + 8)
  })
  let count = 0
  let high = Math.floor(bytes.length / ENTRY_BYTES)
  while (count < high) {
    const middle = (count + high) >>> 1
    if (isBefore(entryAt(middle))) count = middle + 1
    else high = middle
  }
  return { count, last: count > 0 ? entryAt(count - 1) : undefined }
}

/** Adds entries to the index of one partition; those that point behind its end are dropped first. */
export function openIndex(file: string, end: number) {
  const descriptor = openSync(file, 'a+')
  let { count, last } = searchIndex(file, (entry) => entry.position < end)
  ftruncateSync(descriptor, count * ENTRY_BYTES)
  return {
    /** Never fails a send: after a failed write the entry is left out, and a seek walks a little further. */
    add(entry: IndexEntry): void {
      if (last && entry.position - last.position < INDEX_EVERY_BYTES) return
      const bytes = Buffer.alloc(ENTRY_BYTES)
      bytes.writeDoubleLE(entry.offset, 0)
      bytes.writeDoubleLE(entry.position, 8)
      if (!tryAppend(descriptor, bytes, count * ENTRY_BYTES)) return
      last = entry
      count++
    },
    close: () => closeSync(descriptor)
  }
}

function tryAppend(descriptor: number, bytes: Buffer, position: number): boolean {
  try {
    if (writeSync(descriptor, bytes) === bytes.length) return true
    ftruncateSync(descriptor, position)
    return false
  } catch {
    return false
  }
}

function readOrEmpty(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}
