/**
 * Words of 64 bits, in which JavaScript cannot count fast: `BigInt` makes an object of each result, which is thirty
 * times slower than this. A register is a place in one small buffer, and an operation changes its first register.
 */
const registers = new DataView(new ArrayBuffer(8 * 32))

export type Register = number

let taken = 0
export function register(value = 0n): Register {
  const place = 8 * taken++
  registers.setBigUint64(place, value, true)
  return place
}

export const read = (a: Register): bigint => registers.getBigUint64(a, true)
const low = (a: Register): number => registers.getInt32(a, true)
const high = (a: Register): number => registers.getInt32(a + 4, true)

function write(to: Register, lowHalf: number, highHalf: number): void {
  registers.setInt32(to, lowHalf, true)
  registers.setInt32(to + 4, highHalf, true)
}

export const copy = (to: Register, from: Register): void => write(to, low(from), high(from))
/** A number of at most 32 bits. */
export const set = (to: Register, value: number): void => write(to, value | 0, 0)
export const load = (to: Register, bytes: DataView, at: number): void =>
  write(to, bytes.getInt32(at, true), bytes.getInt32(at + 4, true))
export const xor = (to: Register, a: Register): void => write(to, low(to) ^ low(a), high(to) ^ high(a))

export const add = (to: Register, a: Register): void => addHalves(to, low(a), high(a))
export const addFrom = (to: Register, bytes: DataView, at: number): void =>
  addHalves(to, bytes.getInt32(at, true), bytes.getInt32(at + 4, true))
/** `-a` is `~a + 1`. */
export function subtract(to: Register, a: Register): void {
  addHalves(to, ~low(a), ~high(a))
  addHalves(to, 1, 0)
}

function addHalves(to: Register, lowHalf: number, highHalf: number): void {
  const before = low(to)
  const sum = (before + lowHalf) | 0
  const carry = ((before & lowHalf) | ((before | lowHalf) & ~sum)) >>> 31
  write(to, sum, high(to) + highHalf + carry)
}

export function multiply(to: Register, a: Register): void {
  const x = low(to)
  const y = low(a)
  // The upper half of `x * y`, from products of 16 bits each.
  const lowest = Math.imul(x & 0xffff, y & 0xffff) >>> 16
  const middle = (Math.imul(x >>> 16, y & 0xffff) >>> 0) + lowest
  const other = (Math.imul(x & 0xffff, y >>> 16) >>> 0) + (middle & 0xffff)
  const upper = (Math.imul(x >>> 16, y >>> 16) + (middle >>> 16) + (other >>> 16)) | 0
  write(to, Math.imul(x, y), upper + Math.imul(high(to), y) + Math.imul(x, high(a)))
}

/** To the right, by 1 to 63 bits but not by 32. */
export function rotate(to: Register, bits: number): void {
  const [near, far] = bits < 32 ? [low(to), high(to)] : [high(to), low(to)]
  const by = bits & 31
  write(to, (near >>> by) | (far << (32 - by)), (far >>> by) | (near << (32 - by)))
}

/** `a ^ (a >> 47)`, the step between the rounds of the hash. */
export const mixShifted = (to: Register): void => write(to, low(to) ^ (high(to) >>> 15), high(to))
