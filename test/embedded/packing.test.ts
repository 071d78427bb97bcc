import { Readable, type Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { zstdCompressSync } from 'node:zlib'
import { assert, constantFrom, integer, property, tuple, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packChecked, packOne, unpackChecked } from '../../embedded/warehouse/packing/checked-blocks.ts'
import { cityHash128 } from '../../embedded/warehouse/packing/city-hash.ts'
import { packFrames, unpackFrames } from '../../embedded/warehouse/packing/lz4-frames.ts'
import { packBlock, unpackBlock } from '../../embedded/warehouse/packing/lz4.ts'

/** From the hash of `clickhouse-go`, over bytes of `i * 131 + i / 256 + 7`: each length takes another way through it. */
const SUMS: [length: number, sum: string][] = [
  [0, '3cb540c392e51e293df09dfc64c09a2b'],
  [1, '05ab4744478b1cba8be55b379cce0e40'],
  [3, 'ffec5144a8fd549deb932eee3e24bb6b'],
  [4, 'd7cd69f836435d6087b5fd1e0939603f'],
  [7, '5959f5dd3c4b0aca3e2831dbd31dcf9f'],
  [8, '1db0cb571c6547acddce5210a6604339'],
  [15, 'e253579b35462d5f5ebbb7bb47c1913d'],
  [16, 'deb9d6910a9685c19fe64a51f1964b33'],
  [17, 'f08e523be5cc574c6720305af95ff5e3'],
  [24, '7f8d223fb6f87784d40a0d2d5de6a3d8'],
  [31, '1694f3de7f95b2943c201ff7a7c26725'],
  [32, '078ba164ef1bbe3c609e40d051a1fd39'],
  [33, 'b1a38ef8a515f9eb835d866d16313200'],
  [64, '56cfaee4f6c78c6bacbfe46ea693ba92'],
  [143, '33f54a5f950c94568703110db041c7f3'],
  [144, 'c616530b5ef0b52659a8508d5560602c'],
  [145, 'da46cb842b0516a7208d3d6b98fef6f1'],
  [271, '8eba406f399feccb3d422bedc9f3ccdd'],
  [272, 'd72f795145374859ecb47e11d861fd50'],
  [300, '211a53de6616e19316e1a9683b2f6af5'],
  [100_000, 'cd0c947ec0989f72dd0fb6259c5d1392']
]

const patterned = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, i) => (i * 131 + Math.floor(i / 256) + 7) & 255))

/** Texts that repeat themselves near and far, and noise. */
const contents = tuple(
  uint8Array({ maxLength: 300 }),
  constantFrom(1, 2, 7, 500),
  integer({ min: 0, max: 9 })
).map(([bytes, times, zeros]) =>
  Buffer.concat([...Array.from({ length: times }, () => bytes), Buffer.alloc(zeros * 100), bytes])
)

/** In pieces whose ends fall anywhere. */
function pass(content: Buffer, stage: Duplex, pieceBytes = 777): Promise<Buffer> {
  function* pieces(): Generator<Buffer> {
    for (let at = 0; at < content.length; at += pieceBytes) yield content.subarray(at, at + pieceBytes)
  }
  return buffer(Readable.from(pieces()).pipe(stage))
}

describe('the packing of ClickHouse', () => {
  it('sums up as the clients do', () => {
    const sums = SUMS.map(([length]) => {
      const { low, high } = cityHash128(patterned(length))
      return [length, [high, low].map((half) => half.toString(16).padStart(16, '0')).join('')]
    })
    expect(sums).toEqual(SUMS)
  })

  it('unpacks what it packed, and packs what repeats', () => {
    assert(
      property(contents, (content) => {
        const out = Buffer.alloc(content.length)
        expect(unpackBlock(packBlock(content), out, 0)).toBe(content.length)
        expect(out.equals(content)).toBe(true)
      }),
      { seed: 7, numRuns: 300 }
    )
    expect(packBlock(Buffer.alloc(100_000)).length).toBeLessThan(500)
  })

  it('refuses broken blocks, and never reads or writes beside them', () => {
    assert(
      property(uint8Array({ maxLength: 60 }), integer({ min: 0, max: 300 }), (bytes, size) => {
        const room = new Uint8Array(size)
        try {
          expect(unpackBlock(bytes, room, 0)).toBeLessThanOrEqual(size)
        } catch (error) {
          expect(error).toMatchObject({ code: 271 })
        }
      }),
      { seed: 7, numRuns: 2_000 }
    )
  })

  it.each([
    ['checked blocks', packChecked, unpackChecked],
    ['frames', packFrames, unpackFrames]
  ])('streams %s, and refuses the beginning of a stream', async (_name, pack, unpack) => {
    const content = Buffer.concat([patterned(3_000_000), Buffer.alloc(100_000), patterned(70_000)])
    const packed = await pass(content, pack(), 1_500_000)
    expect((await pass(packed, unpack())).equals(content)).toBe(true)
    await expect(pass(packed.subarray(0, -1), unpack())).rejects.toMatchObject({ code: 271 })
  })

  it('tells a block that was changed on its way', async () => {
    const block = packOne(Buffer.from('SELECT 1'))
    for (let at = 0; at < block.length; at++) {
      const changed = Buffer.from(block)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      await expect(pass(changed, unpackChecked())).rejects.toMatchObject({
        code: expect.toBeOneOf([40, 271])
      })
    }
  })

  it('unpacks blocks of zstd, and frames whose blocks repeat earlier ones', async () => {
    const content = Buffer.from('zstd '.repeat(50))
    const packed = zstdCompressSync(content)
    const block = Buffer.concat([Buffer.alloc(25), packed])
    block.writeUInt8(0x90, 16)
    block.writeUInt32LE(9 + packed.length, 17)
    block.writeUInt32LE(content.length, 21)
    const { low, high } = cityHash128(block.subarray(16))
    block.writeBigUInt64LE(low, 0)
    block.writeBigUInt64LE(high, 8)
    expect((await pass(block, unpackChecked())).toString()).toBe(content.toString())
    // Two linked blocks: `abcdefgh`, then nothing of its own: eight bytes from eight bytes before, and `tail!` as it is.
    const frame = Buffer.concat([
      Buffer.from('04224d18404000', 'hex'),
      Buffer.from('08000080', 'hex'),
      Buffer.from('abcdefgh'),
      Buffer.from('09000000', 'hex'),
      Buffer.from('040800507461696c21', 'hex'),
      Buffer.alloc(4)
    ])
    expect((await pass(frame, unpackFrames())).toString()).toBe('abcdefghabcdefghtail!')
  })
})
