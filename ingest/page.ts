const SHORT_TEXT = 64
const PAGE_BYTES_MIN = 64 * 1024
/** Kept free behind every text, so that what has a fixed size need not ask for room: enough for 240 columns. */
const RESERVE_BYTES = 4_096

/** Bytes of rows, which grow; every write is little-endian. */
export class Page {
  private bytes = Buffer.allocUnsafeSlow(PAGE_BYTES_MIN)
  private size = PAGE_BYTES_MIN
  end = 0

  slice(start: number, end: number): Buffer {
    return this.bytes.subarray(start, end)
  }
  byte(value: number): void {
    this.bytes[this.end++] = value
  }
  uint16(value: number): void {
    this.end = this.bytes.writeUInt16LE(value, this.end)
  }
  uint32(value: number): void {
    this.end = this.bytes.writeUInt32LE(value, this.end)
  }
  /** Exact below 2^53, as all times and offsets are. */
  int64(value: number): void {
    this.uint32(value >>> 0)
    this.uint32(Math.floor(value / 2 ** 32) >>> 0)
  }
  bigInt64(value: bigint): void {
    this.end = this.bytes.writeBigInt64LE(value, this.end)
  }
  varint(value: number): void {
    let rest = value
    for (; rest > 127; rest >>>= 7) this.bytes[this.end++] = (rest & 127) | 128
    this.bytes[this.end++] = rest
  }
  text(value: string): void {
    // At most three bytes a character.
    this.room(value.length * 3)
    const { bytes } = this
    if (value.length < SHORT_TEXT) {
      let at = this.end + 1
      let i = 0
      for (; i < value.length; i++) {
        const code = value.charCodeAt(i)
        if (code > 127) break
        bytes[at++] = code
      }
      if (i === value.length) {
        bytes[this.end] = i
        this.end = at
        return
      }
    }
    this.varint(Buffer.byteLength(value))
    this.end += bytes.write(value, this.end)
  }
  /** Two numbers of eight bytes, each with its least byte first. */
  uuid(value: string): void {
    let digit = 0
    for (let half = 0; half < 2; half++) {
      for (let i = 7; i >= 0; i--) {
        if (value[digit] === '-') digit++
        this.bytes[this.end + half * 8 + i] =
          (nibble(value.charCodeAt(digit)) << 4) | nibble(value.charCodeAt(digit + 1))
        digit += 2
      }
    }
    this.end += 16
  }
  /** Makes room for so many bytes more, and keeps the reserve. */
  room(length: number): void {
    const wanted = this.end + length + RESERVE_BYTES
    if (wanted <= this.size) return
    this.size = Math.max(this.size * 2, wanted)
    const larger = Buffer.allocUnsafeSlow(this.size)
    this.bytes.copy(larger, 0, 0, this.end)
    this.bytes = larger
  }
}

/** '0' to '9' are 48 to 57, 'a' to 'f' 97 to 102. */
const nibble = (code: number): number => (code < 58 ? code - 48 : code - 87)
