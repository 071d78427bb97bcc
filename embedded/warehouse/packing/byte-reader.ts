export type ByteReader = {
  /** So many bytes, or undefined when there is not one more. It throws `cut()` when there are some, and too few. */
  take(bytes: number): Promise<Buffer | undefined>
}

/** Reads a stream in pieces of the reader's choice. Holds at most what was asked for and one chunk. */
export function readBytes(source: AsyncIterable<Buffer>, cut: () => Error): ByteReader {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  return {
    async take(bytes) {
      const parts: Buffer[] = [rest]
      let length = rest.length
      while (length < bytes) {
        const next = await chunks.next()
        if (next.done && length === 0) return undefined
        if (next.done) throw cut()
        parts.push(next.value)
        length += next.value.length
      }
      const whole = parts.length === 1 ? rest : Buffer.concat(parts)
      rest = whole.subarray(bytes)
      return whole.subarray(0, bytes)
    }
  }
}
