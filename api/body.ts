import type { IncomingMessage } from 'node:http'
import { gunzipSync, inflateSync } from 'node:zlib'
import type { Bounded } from './bounded.ts'
import { ApiError, tooBusy } from './errors.ts'

/** Of a body, as it comes and inflated. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024

/** A body that could be read, or the bytes as they came and why they are no body. */
export type ReadBody = { ok: true; bytes: Buffer } | { ok: false; bytes: Buffer; reason: string }

/**
 * Reads a body, inflated where it was sent so, and lends it to `use`. What all bodies of a process take while they
 * come in and are used is counted in `held`.
 */
export async function withBody<Answer>(
  request: IncomingMessage,
  held: Bounded,
  use: (body: ReadBody) => Promise<Answer>
): Promise<Answer> {
  const inflate = inflaterOf(request.headers['content-encoding'])
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) throw tooLarge()
  let heldBytes = 0
  const hold = (bytes: number) => {
    if (!held.take(bytes))
      throw tooBusy('too_many_bodies', 'too many requests hold too much memory; send it again')
    heldBytes += bytes
  }
  try {
    const bytes = await readBytes(request, hold)
    const body: ReadBody = inflate ? inflateBounded(bytes, inflate) : { ok: true, bytes }
    if (body.bytes !== bytes) hold(body.bytes.length)
    return await use(body)
  } finally {
    held.giveBack(heldBytes)
  }
}

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer

function inflaterOf(encoding: string | undefined): Inflate | undefined {
  switch (encoding?.toLowerCase() ?? 'identity') {
    case 'identity':
      return undefined
    case 'gzip':
      return gunzipSync
    case 'deflate':
      return inflateSync
    default:
      throw new ApiError(415, {
        code: 'unsupported_encoding',
        field: 'content-encoding',
        message: 'content-encoding: send gzip, deflate or nothing'
      })
  }
}

function readBytes(request: IncomingMessage, hold: (bytes: number) => void): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  if (request.destroyed) reject(endedEarly())
  const chunks: Buffer[] = []
  let length = 0
  const take = (chunk: Buffer) => {
    length += chunk.length
    try {
      if (length > BODY_BYTES_MAX) throw tooLarge()
      hold(chunk.length)
      chunks.push(chunk)
    } catch (error) {
      // The rest is read and dropped, or the sender would never come to read the answer.
      request.off('data', take).resume()
      reject(error)
    }
  }
  const cutOff = () => {
    // It closes after its end, too, and an error that nobody sees costs more than the reading.
    if (!request.readableEnded) reject(endedEarly())
  }
  request.on('data', take).once('error', cutOff).once('close', cutOff)
  request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
  return promise
}

/** At once, not in the background: so only one inflated body at a time is not counted yet. */
function inflateBounded(bytes: Buffer, inflate: Inflate): ReadBody {
  try {
    return { ok: true, bytes: inflate(bytes, { maxOutputLength: BODY_BYTES_MAX }) }
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge()
    const reason = `cannot be inflated: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, bytes, reason }
  }
}

const tooLarge = () =>
  new ApiError(413, {
    code: 'body_too_large',
    message: `a body has at most ${BODY_BYTES_MAX} bytes, inflated too`
  })

/** Nobody is there to read it; it is counted as the sender's failure and not as ours. */
const endedEarly = () => new ApiError(400, { code: 'body_cut_off', message: 'the body ended too early' })
