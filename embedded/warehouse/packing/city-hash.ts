import { hashShort, K0, K1, K3, mixTo } from './city-short.ts'
import {
  add,
  addFrom,
  copy,
  load,
  multiply,
  read,
  register,
  rotate,
  set,
  subtract,
  xor,
  type Register
} from './word64.ts'

/**
 * CityHash128 of version 1.0.2, which ClickHouse has kept for the checksums of its packed blocks; later versions give
 * other sums, and no npm package has this one. Names of one letter are those of Google's `city.cc`.
 */
export function cityHash128(bytes: Uint8Array): { low: bigint; high: bigint } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = bytes.byteLength
  if (length >= 16) {
    load(x, view, 0)
    xor(x, K3)
    load(y, view, 8)
    return hashRest(view, 16)
  }
  if (length >= 8) {
    set(t, length)
    multiply(t, K0)
    load(x, view, 0)
    xor(x, t)
    load(y, view, length - 8)
    xor(y, K1)
    return hashRest(view, length)
  }
  copy(x, K0)
  copy(y, K1)
  return hashRest(view, 0)
}

const [x, y, z, t] = [register(), register(), register(), register()]
const [vLow, vHigh, wLow, wHigh] = [register(), register(), register(), register()]
/** Of the weak hash, which lies below all others. */
const [p, q] = [register(), register()]

/** With the seed in `x` and `y`. */
function hashRest(view: DataView, from: number): { low: bigint; high: bigint } {
  return view.byteLength - from < 128 ? hashShort(view, from, [x, y]) : hashLong(view, from)
}

function hashLong(view: DataView, from: number): { low: bigint; high: bigint } {
  startLong(view, from)
  let at = from
  for (; view.byteLength - at >= 128; at += 128) {
    round(view, at)
    round(view, at + 64)
  }
  // y += rotate(w.low, 37) * K0 + z
  copy(t, wLow)
  rotate(t, 37)
  multiply(t, K0)
  add(t, z)
  add(y, t)
  // x += rotate(v.low + z, 49) * K0
  copy(t, vLow)
  add(t, z)
  rotate(t, 49)
  multiply(t, K0)
  add(x, t)
  for (let done = 0, rest = view.byteLength - at; done < rest;) {
    done += 32
    hashTail(view, view.byteLength - done)
  }
  mixTo(x, vLow)
  mixTo(y, wLow)
  // low = mix(x + v.high, w.high) + y; high = mix(x + w.high, y + v.high)
  copy(z, x)
  add(z, vHigh)
  mixTo(z, wHigh)
  add(z, y)
  add(x, wHigh)
  add(y, vHigh)
  mixTo(x, y)
  return { low: read(z), high: read(x) }
}

function startLong(view: DataView, from: number): void {
  set(z, view.byteLength - from)
  multiply(z, K1)
  copy(vLow, y)
  xor(vLow, K1)
  rotate(vLow, 49)
  multiply(vLow, K1)
  addFrom(vLow, view, from)
  copy(vHigh, vLow)
  rotate(vHigh, 42)
  multiply(vHigh, K1)
  addFrom(vHigh, view, from + 8)
  copy(wLow, y)
  add(wLow, z)
  rotate(wLow, 35)
  multiply(wLow, K1)
  add(wLow, x)
  copy(wHigh, x)
  addFrom(wHigh, view, from + 88)
  rotate(wHigh, 53)
  multiply(wHigh, K1)
}

function round(view: DataView, at: number): void {
  add(x, y)
  add(x, vLow)
  addFrom(x, view, at + 16)
  rotate(x, 37)
  multiply(x, K1)
  add(y, vHigh)
  addFrom(y, view, at + 48)
  rotate(y, 42)
  multiply(y, K1)
  xor(x, wHigh)
  xor(y, vLow)
  xor(z, wLow)
  rotate(z, 33)
  // v = weak(at, v.high * K1, x + w.low); w = weak(at + 32, z + w.high, y)
  copy(vLow, vHigh)
  multiply(vLow, K1)
  copy(vHigh, x)
  add(vHigh, wLow)
  hashWeakly(vLow, vHigh, view, at)
  copy(wLow, z)
  add(wLow, wHigh)
  copy(wHigh, y)
  hashWeakly(wLow, wHigh, view, at + 32)
  copy(t, z)
  copy(z, x)
  copy(x, t)
}

function hashTail(view: DataView, at: number): void {
  subtract(y, x)
  rotate(y, 42)
  multiply(y, K0)
  add(y, vHigh)
  addFrom(wLow, view, at + 16)
  rotate(x, 49)
  multiply(x, K0)
  add(x, wLow)
  add(wLow, vLow)
  hashWeakly(vLow, vHigh, view, at)
}

/** Of 32 bytes, with both seeds in the registers that take the result. */
function hashWeakly(a: Register, b: Register, view: DataView, at: number): void {
  addFrom(a, view, at)
  add(b, a)
  addFrom(b, view, at + 24)
  rotate(b, 21)
  copy(p, a)
  addFrom(a, view, at + 8)
  addFrom(a, view, at + 16)
  copy(q, a)
  rotate(q, 44)
  add(b, q)
  add(b, p)
  addFrom(a, view, at + 24)
}
