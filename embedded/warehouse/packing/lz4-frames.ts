import { Duplex, Transform } from 'node:stream'
import { readBytes, type ByteReader } from './byte-reader.ts'
import { broken, packBlock, unpackBlock } from './lz4.ts'

/** LZ4 frames are what `lz4` means as an encoding of HTTP, which `clickhouse-connect` uses; Node has no codec for them. */
const MAGIC = 0x184d2204
/** Independent blocks of up to 4 MiB, without checksums. The last byte is the check of the two before it. */
const HEAD = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73])
const END = Buffer.alloc(4)
const PACKED_BYTES_MAX = 4 * 1024 ** 2
/** Of earlier blocks, which a block may repeat. */
const HISTORY_BYTES = 64 * 1024
const AS_IT_IS = 0x8000_0000

export function packFrames(): Transform {
  let begun = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!begun) this.push(HEAD)
      begun = true
      for (let at = 0; at < chunk.length; at += PACKED_BYTES_MAX) {
        const content = chunk.subarray(at, at + PACKED_BYTES_MAX)
        const packed = packBlock(content)
        const smaller = packed.length < content.length
        const size = Buffer.alloc(4)
        size.writeUInt32LE(smaller ? packed.length : (content.length | AS_IT_IS) >>> 0)
        this.push(size)
        this.push(smaller ? packed : content)
      }
      done()
    },
    flush(done) {
      if (!begun) this.push(HEAD)
      done(null, END)
    }
  })
}

/** The checksums that a frame may carry are left unread: the engine parses what comes out, and the connection has its own. */
export function unpackFrames(): Duplex {
  return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    const bytes = readBytes(source, cut)
    for (;;) {
      const magic = await bytes.take(4)
      if (!magic) return
      if (magic.readUInt32LE(0) !== MAGIC) throw broken('it is not an LZ4 frame')
      yield* unpackFrame(bytes)
    }
  })
}

async function* unpackFrame(bytes: ByteReader): AsyncGenerator<Buffer> {
  const [flags = 0, sizes = 0] = await takeAll(bytes, 2)
  const has = (bit: number): boolean => (flags & (1 << bit)) !== 0
  if (flags >> 6 !== 1 || has(0)) throw broken('it is an LZ4 frame of another version, or with a dictionary')
  // The size of the content, and the check of the head.
  await takeAll(bytes, (has(3) ? 8 : 0) + 1)
  const blockBytesMax = 2 ** (8 + 2 * ((sizes >> 4) & 7))
  const out = Buffer.alloc(HISTORY_BYTES + blockBytesMax)
  let history = 0
  for (;;) {
    const size = (await takeAll(bytes, 4)).readUInt32LE(0)
    if (size === 0) break
    const length = size % AS_IT_IS
    if (length > blockBytesMax) throw broken('a block is larger than it may be')
    const block = await takeAll(bytes, length)
    if (has(4)) await takeAll(bytes, 4)
    const end = size >= AS_IT_IS ? history + block.copy(out, history) : unpackBlock(block, out, history)
    yield Buffer.from(out.subarray(history, end))
    const kept = Math.min(end, HISTORY_BYTES)
    out.copyWithin(0, end - kept, end)
    history = kept
  }
  if (has(2)) await takeAll(bytes, 4)
}

const cut = (): Error => broken('it ends within a frame')

async function takeAll(bytes: ByteReader, length: number): Promise<Buffer> {
  const taken = await bytes.take(length)
  if (!taken) throw cut()
  return taken
}
