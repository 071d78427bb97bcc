import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Result } from './addon.ts'
import { exceptionBlock, sendWhole, summarise } from './reply.ts'
import { sendSpooled } from './spooled-result.ts'

/** Up to here a result is held, so that a failure can still become an honest status; beyond, it is streamed. */
const HELD_BYTES_MAX = 1024 ** 2

export type Reply = {
  response: ServerResponse
  compressor: Transform | undefined
  /** Given when the receiver wants to hear of a failure before any of the result; a large one waits in a file there. */
  spoolDir: string | undefined
  /** Called again and again until the query has ended, when the receiver has gone. */
  stopQuery: () => void
}

/**
 * Starts a query that writes its result into the named pipe, and passes it on as fast as the receiver takes it:
 * the engine waits while the pipe is full. Resolves when the engine has let go of the pipe. Throws when nothing has
 * been sent; later failures cut the connection.
 */
export async function sendResult(start: () => Promise<Result>, pipe: string, reply: Reply): Promise<void> {
  const { response } = reply
  if (response.destroyed) return
  const chunks = openPipe(pipe)
  let settled = false
  const outcome = start()
    .then(
      (result) => ({ result }),
      (error: unknown) => ({ error })
    )
    .finally(() => {
      settled = true
      chunks.endWhenDrained()
    })
  // The query may not have reached the engine's list yet, so asking once is not enough.
  function abandon(): void {
    if (settled) return
    reply.stopQuery()
    setTimeout(abandon, KILL_AGAIN_MS).unref()
  }
  response.once('close', () => {
    if (!response.writableFinished) abandon()
  })
  try {
    const held = await chunks.take(HELD_BYTES_MAX)
    if (response.destroyed) return
    if (held.ended) sendHeld(reply, held.buffers, unwrap(await outcome))
    else if (reply.spoolDir === undefined) await streamOn(reply, held.buffers, chunks.rest(), outcome)
    else
      await sendSpooled(reply, reply.spoolDir, chain(held.buffers, chunks.rest()), async () =>
        unwrap(await outcome)
      )
  } finally {
    // Read on even for nobody: an engine that has yet to open a pipe without a reader would wait for ever.
    await chunks.discard()
    await outcome
    chunks.destroy()
  }
}

const KILL_AGAIN_MS = 200
/** A receiver that takes nothing for so long loses the connection, because it holds one of the few slots. */
const STALLED_MS_MAX = 300_000

type Outcome = { result: Result } | { error: unknown }

function unwrap(outcome: Outcome): Result {
  if ('error' in outcome) throw outcome.error
  return outcome.result
}

async function* chain(held: Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* held
  yield* rest
}

function sendHeld({ response, compressor }: Reply, held: Buffer[], result: Result): void {
  summarise(response, result, 0)
  sendWhole(response, compressor, Buffer.concat(held))
}

async function streamOn(
  { response, compressor }: Reply,
  held: Buffer[],
  rest: AsyncIterable<Buffer>,
  outcome: Promise<Outcome>
): Promise<void> {
  const tag = randomBytes(8).toString('hex')
  response.setHeader('X-ClickHouse-Exception-Tag', tag)
  response.setTimeout(STALLED_MS_MAX, () => response.destroy())
  let failed = false
  async function* body(): AsyncGenerator<Buffer> {
    yield* chain(held, rest)
    const end = await outcome
    if (!('error' in end)) return
    failed = true
    yield exceptionBlock(tag, end.error)
  }
  try {
    if (compressor) await pipeline(body, compressor, response, { end: false })
    else await pipeline(body, response, { end: false })
  } catch {
    // The receiver has gone, and its going stops the query.
    response.destroy()
    return
  }
  // Without the closing chunk the receiver knows that this is not all.
  if (failed) response.socket?.destroySoon()
  else response.end()
}

type Pipe = {
  /** Reads until so many bytes are there, or all. */
  take(bytes: number): Promise<{ buffers: Buffer[]; ended: boolean }>
  rest(): AsyncGenerator<Buffer>
  discard(): Promise<void>
  /** The reader sees the end when it has read what is in the pipe. */
  endWhenDrained(): void
  destroy(): void
}

/**
 * Both ends are opened here: with a writer of our own there is no end of file before the engine has opened the pipe,
 * and there is one if it never does. Each descriptor is closed once; closing one twice would close the engine's files.
 */
function openPipe(path: string): Pipe {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeEnd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  const socket = new Socket({ fd: readEnd, readable: true, writable: false })
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  async function* rest(): AsyncGenerator<Buffer> {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  }
  return {
    async take(bytes) {
      const buffers: Buffer[] = []
      for (let length = 0; length < bytes;) {
        const next = await chunks.next()
        if (next.done) return { buffers, ended: true }
        buffers.push(next.value)
        length += next.value.length
      }
      return { buffers, ended: false }
    },
    rest,
    async discard() {
      while (!(await chunks.next()).done);
    },
    endWhenDrained: () => closeSync(writeEnd),
    destroy: () => socket.destroy()
  }
}
