import type { IncomingMessage } from 'node:http'
import { Transform, type Duplex, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { notImplemented, WarehouseError } from './errors.ts'
import { unpackChecked } from './packing/checked-blocks.ts'
import { unpackFrames } from './packing/lz4-frames.ts'
import { readHead, type Head } from './statement.ts'

/** Of a body when it is unpacked: rows go to a file, never into memory. */
export const BODY_BYTES_MAX = 1024 ** 3
/** Of a statement, which is held in memory; the engine's own `max_query_size` is smaller unless it is set. */
const STATEMENT_BYTES_MAX = 16 * 1024 ** 2
/** Of an insert's statement, which is looked through again with each chunk. */
const HEAD_BYTES_MAX = 1024 ** 2

/** The body, unpacked; `checked` says that ClickHouse's own packing is inside the encoding, if there is one. It fails when the sender stops half-way, so a part is never taken for the whole. */
export function unpackBody(message: IncomingMessage, checked: boolean): Readable {
  const encoding = (message.headers['content-encoding'] ?? 'identity').toLowerCase()
  const open = DECODERS[encoding]
  if (!open && encoding !== 'identity') throw notImplemented(`Content-Encoding: ${encoding}`)
  const bounded = countBytes()
  const stages: Duplex[] = [...(open ? [open()] : []), ...(checked ? [unpackChecked()] : []), bounded]
  let source: Readable = message
  for (const stage of stages) {
    const from = source
    from.once('error', (error) => stage.destroy(toBodyError(error)))
    source = from.pipe(stage)
  }
  message.once('close', () => {
    if (!message.complete) bounded.destroy(new Error('the request ended before its body did'))
  })
  // Whoever reads the body gets the error; nobody may be reading yet.
  bounded.on('error', () => undefined)
  return bounded
}

const DECODERS: Record<string, (() => Duplex) | undefined> = {
  lz4: unpackFrames,
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress
}

function countBytes(): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > BODY_BYTES_MAX) done(tooLarge(`the body is larger than ${BODY_BYTES_MAX} bytes`))
      else done(null, chunk)
    }
  })
}

function toBodyError(error: Error): Error {
  if (!('code' in error) || typeof error.code !== 'string' || !/^(Z_|ERR_|ZSTD_)/.test(error.code))
    return error
  return new WarehouseError({
    code: 271,
    name: 'CANNOT_DECOMPRESS',
    message: `Cannot decompress the body: ${error.message}`
  })
}

export type Statement =
  | { kind: 'statement'; sql: string }
  /** `data` gives the rows, beginning with those that came together with the statement. */
  | {
      kind: 'insert'
      text: Buffer
      head: Extract<Head, { kind: 'insert' }>['head']
      data: AsyncIterable<Buffer>
    }

/** Reads as far as it must to know where the statement ends; the rest stays unread. */
export async function readStatement(
  query: string,
  body: Readable,
  bytesMax = STATEMENT_BYTES_MAX
): Promise<Statement> {
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  // ClickHouse joins the two parts in the same way.
  let text = Buffer.from(query === '' ? '' : `${query}\n`)
  let head: Head = readHead(text.toString('latin1'), false)
  let whole = false
  while (!whole && (head.kind === 'open' || head.kind === 'statement')) {
    const next = await chunks.next()
    whole = next.done === true
    if (!whole) text = Buffer.concat([text, next.value])
    if (text.length > bytesMax) throw tooLarge(`a statement is larger than ${bytesMax} bytes`)
    if (head.kind === 'open' && text.length > HEAD_BYTES_MAX)
      throw tooLarge('an insert names no FORMAT, VALUES or SELECT')
    if (head.kind === 'open') head = readHead(text.toString('latin1'), whole)
  }
  if (head.kind === 'refused') throw head.error
  if (head.kind !== 'insert') return { kind: 'statement', sql: text.toString('utf8') }
  const first = text.subarray(head.head.dataAt)
  return { kind: 'insert', text, head: head.head, data: chain(first, chunks) }
}

async function* chain(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

const tooLarge = (message: string): WarehouseError =>
  new WarehouseError({ code: 62, name: 'SYNTAX_ERROR', message, status: 413 })
