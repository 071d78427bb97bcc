import { Duplex, Transform } from 'node:stream'
import { zstdDecompressSync } from 'node:zlib'
import { WarehouseError } from '../errors.ts'
import { readBytes, type ByteReader } from './byte-reader.ts'
import { cityHash128 } from './city-hash.ts'
import { broken, packBlock, unpackBlock } from './lz4.ts'

/** As in ClickHouse: a checksum, the method, the size of what follows it (with method and sizes), and that of the content. */
const CHECKSUM_BYTES = 16
const HEAD_BYTES = 9
const [LZ4, ZSTD, NONE] = [0x82, 0x90, 0x02]
/** Of the content of one block: written ones are as large as ClickHouse's; read ones may be larger than any client makes them. */
const PACKED_BYTES_MAX = 1024 ** 2
const UNPACKED_BYTES_MAX = 64 * 1024 ** 2

/** Packs a result for `compress=1`. */
export function packChecked(): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = 0; at < chunk.length; at += PACKED_BYTES_MAX)
        this.push(packOne(chunk.subarray(at, at + PACKED_BYTES_MAX)))
      done()
    }
  })
}

export function packOne(content: Buffer): Buffer {
  const packed = packBlock(content)
  const block = Buffer.allocUnsafe(CHECKSUM_BYTES + HEAD_BYTES + packed.length)
  block.writeUInt8(LZ4, CHECKSUM_BYTES)
  block.writeUInt32LE(HEAD_BYTES + packed.length, CHECKSUM_BYTES + 1)
  block.writeUInt32LE(content.length, CHECKSUM_BYTES + 5)
  block.set(packed, CHECKSUM_BYTES + HEAD_BYTES)
  const { low, high } = cityHash128(block.subarray(CHECKSUM_BYTES))
  block.writeBigUInt64LE(low, 0)
  block.writeBigUInt64LE(high, 8)
  return block
}

/** Unpacks a body for `decompress=1`. Each block is checked, and a body that ends within one is an error. */
export function unpackChecked(): Duplex {
  return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    const bytes = readBytes(source, () => broken('it ends within a block'))
    for (;;) {
      const checksum = await bytes.take(CHECKSUM_BYTES)
      if (!checksum) return
      yield unpackOne(checksum, await takeBlock(bytes))
    }
  })
}

async function takeBlock(bytes: ByteReader): Promise<Buffer> {
  const head = await bytes.take(HEAD_BYTES)
  if (!head) throw broken('it ends within a block')
  const packedBytes = head.readUInt32LE(1)
  if (packedBytes < HEAD_BYTES || packedBytes > UNPACKED_BYTES_MAX || sizeOf(head) > UNPACKED_BYTES_MAX)
    throw broken('it is not made of blocks, or of too large ones')
  const packed = await bytes.take(packedBytes - HEAD_BYTES)
  if (!packed) throw broken('it ends within a block')
  return Buffer.concat([head, packed])
}

const sizeOf = (block: Buffer): number => block.readUInt32LE(5)

function unpackOne(checksum: Buffer, block: Buffer): Buffer {
  const { low, high } = cityHash128(block)
  if (checksum.readBigUInt64LE(0) !== low || checksum.readBigUInt64LE(8) !== high) throw wrongChecksum()
  const content = unpackWith(block.readUInt8(0), block.subarray(HEAD_BYTES), sizeOf(block))
  if (content.length !== sizeOf(block)) throw broken('a block is not as large as it says')
  return content
}

function unpackWith(method: number, packed: Buffer, size: number): Buffer {
  if (method === NONE) return packed
  if (method === ZSTD) return zstdDecompressSync(packed, { maxOutputLength: Math.max(size, 1) })
  if (method !== LZ4) throw broken(`there is no method ${method}`)
  const content = Buffer.allocUnsafe(size)
  return content.subarray(0, unpackBlock(packed, content, 0))
}

const wrongChecksum = (): WarehouseError =>
  new WarehouseError({
    code: 40,
    name: 'CHECKSUM_DOESNT_MATCH',
    message: "Checksum doesn't match: corrupted data"
  })
