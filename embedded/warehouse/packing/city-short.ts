import {
  add,
  addFrom,
  copy,
  load,
  mixShifted,
  multiply,
  read,
  register,
  rotate,
  set,
  xor,
  type Register
} from './word64.ts'

export const K0 = register(0xc3a5c85c97cb3127n)
export const K1 = register(0xb492b66fbe98f273n)
const K2 = register(0x9ae16a3b2f90404fn)
export const K3 = register(0xc949d7c7509e6557n)
const MULTIPLIER = register(0x9ddfea08eb382d69n)

type Seed = [low: Register, high: Register]

const [c, d, z, t] = [register(), register(), register(), register()]
const [last, size, s] = [register(), register(), register()]

/** The 128 bits of less than 128 bytes behind a seed, `CityMurmur`; it changes the seed. */
export function hashShort(view: DataView, from: number, [a, b]: Seed): { low: bigint; high: bigint } {
  const length = view.byteLength - from
  if (length <= 16) {
    multiply(a, K1)
    mixShifted(a)
    multiply(a, K1)
    hashUpTo16(view, from)
    copy(c, b)
    multiply(c, K1)
    add(c, z)
    copy(d, a)
    if (length >= 8) addFrom(d, view, from)
    else add(d, c)
    mixShifted(d)
  } else {
    load(c, view, view.byteLength - 8)
    add(c, K1)
    mixTo(c, a)
    set(d, length)
    add(d, b)
    copy(t, c)
    addFrom(t, view, view.byteLength - 16)
    mixTo(d, t)
    add(a, d)
    // The last 1 to 16 bytes are not taken again.
    for (let at = from; at < view.byteLength - 16; at += 16) {
      murmurStep(a, b, view, at)
      murmurStep(c, d, view, at + 8)
    }
  }
  mixTo(a, c)
  mixTo(d, b)
  copy(z, a)
  xor(z, d)
  mixTo(d, a)
  return { low: read(z), high: read(d) }
}

function murmurStep(a: Register, b: Register, view: DataView, at: number): void {
  load(t, view, at)
  multiply(t, K1)
  mixShifted(t)
  multiply(t, K1)
  xor(a, t)
  multiply(a, K1)
  xor(b, a)
}

/** `HashLen0to16`, into `z`. */
function hashUpTo16(view: DataView, from: number): void {
  const length = view.byteLength - from
  if (length === 0) return copy(z, K2)
  if (length > 8) {
    load(z, view, from)
    load(t, view, view.byteLength - 8)
    copy(last, t)
    set(size, length)
    add(t, size)
    rotate(t, length)
    mixTo(z, t)
    return xor(z, last)
  }
  if (length >= 4) {
    set(z, view.getInt32(from, true))
    set(t, 8)
    multiply(z, t)
    set(t, length)
    add(z, t)
    set(t, view.getInt32(view.byteLength - 4, true))
    return mixTo(z, t)
  }
  set(z, view.getUint8(from) + (view.getUint8(from + (length >> 1)) << 8))
  multiply(z, K2)
  set(t, length + (view.getUint8(view.byteLength - 1) << 2))
  multiply(t, K3)
  xor(z, t)
  mixShifted(z)
  multiply(z, K2)
}

/** `a` becomes `Hash128to64(a, b)`. */
export function mixTo(a: Register, b: Register): void {
  copy(s, b)
  xor(a, b)
  multiply(a, MULTIPLIER)
  mixShifted(a)
  xor(a, s)
  multiply(a, MULTIPLIER)
  mixShifted(a)
  multiply(a, MULTIPLIER)
}
