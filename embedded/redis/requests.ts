/** Longest command with all its arguments; a job writes a published version in several. */
const REQUEST_BYTES_MAX = 64 * 1024 * 1024
const ARGUMENTS_MAX = 1024 * 1024
const LENGTH_LINE_BYTES_MAX = 32

/** What the client sent is no request of the protocol; the connection cannot go on. */
export class ProtocolError extends Error {}

const CR = 13
const STAR = 42
const DOLLAR = 36

/**
 * Cuts a stream of bytes into requests: `*count`, then `$length` and bytes for each argument. Arguments are latin1
 * strings, one character a byte, so they are binary safe, and as keys and in comparisons they behave as bytes do.
 * It goes on where it stopped, so that a large request in many pieces costs no more than its bytes.
 */
export class RequestReader {
  /** What came and is not in `#bytes` yet. */
  #pieces: Buffer[] = []
  #pieceBytes = 0
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #requestBytes = 0
  #missing = 0
  /** Of the argument that is being read, undefined between arguments. */
  #length: number | undefined
  #request: string[] = []

  push(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#pieceBytes += piece.length
  }

  /** The next whole request; undefined when more bytes must come first. Throws a `ProtocolError`. */
  next(): string[] | undefined {
    while (this.#missing === 0) {
      const count = this.#readLength(STAR)
      if (count === undefined) return undefined
      if (count > ARGUMENTS_MAX) throw new ProtocolError('invalid multibulk length')
      this.#missing = Math.max(0, count)
      this.#request = []
      this.#requestBytes = 0
    }
    while (this.#missing > 0) {
      this.#length ??= this.#readLength(DOLLAR)
      if (this.#length === undefined) return undefined
      if (this.#length < 0) throw new ProtocolError('invalid bulk length')
      if (this.#requestBytes + this.#length > REQUEST_BYTES_MAX) throw new ProtocolError('too big a request')
      if (!this.#gather(this.#length + 2)) return undefined
      const end = this.#at + this.#length
      this.#request.push(this.#bytes.toString('latin1', this.#at, end))
      this.#requestBytes += this.#length
      this.#at = end + 2
      this.#length = undefined
      this.#missing--
    }
    return this.#request
  }

  #readLength(mark: number): number | undefined {
    if (this.#bytes.length - this.#at < LENGTH_LINE_BYTES_MAX) this.#join()
    const end = this.#bytes.indexOf(CR, this.#at)
    const lineBytes = (end < 0 ? this.#bytes.length : end) - this.#at
    if (lineBytes > 0 && this.#bytes[this.#at] !== mark) {
      const found = this.#bytes.toString('latin1', this.#at, this.#at + 1)
      throw new ProtocolError(`expected '${String.fromCharCode(mark)}', got '${found}'`)
    }
    const wrong = mark === STAR ? 'invalid multibulk length' : 'invalid bulk length'
    if (lineBytes > LENGTH_LINE_BYTES_MAX) throw new ProtocolError(wrong)
    if (end < 0 || end + 2 > this.#bytes.length) return undefined
    const text = this.#bytes.toString('latin1', this.#at + 1, end)
    if (!/^-?\d{1,10}$/.test(text)) throw new ProtocolError(wrong)
    this.#at = end + 2
    return Number(text)
  }

  /** Whether the next `bytes` bytes have come; if so they lie together. */
  #gather(bytes: number): boolean {
    const held = this.#bytes.length - this.#at
    if (held >= bytes) return true
    if (held + this.#pieceBytes < bytes) return false
    this.#join()
    return true
  }

  #join(): void {
    if (this.#pieces.length === 0) return
    const rest = this.#bytes.subarray(this.#at)
    this.#bytes =
      rest.length === 0 && this.#pieces.length === 1
        ? (this.#pieces[0] ?? rest)
        : Buffer.concat([rest, ...this.#pieces])
    this.#pieces = []
    this.#pieceBytes = 0
    this.#at = 0
  }
}
