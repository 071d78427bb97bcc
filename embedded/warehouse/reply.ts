import { hostname } from 'node:os'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Transform } from 'node:stream'
import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib'
import type { Result } from './addon.ts'
import { toWarehouseError } from './errors.ts'
import { packChecked, packOne } from './packing/checked-blocks.ts'
import { packFrames } from './packing/lz4-frames.ts'
import { isOn, type Request } from './request.ts'

/** The headers that every answer to a statement has. */
export function nameReply(response: ServerResponse, request: Request, format: string): void {
  response.setHeader('X-ClickHouse-Query-Id', request.queryId)
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  response.setHeader('X-ClickHouse-Server-Display-Name', hostname())
  response.setHeader('X-ClickHouse-Format', format)
  response.setHeader('Content-Type', contentTypeOf(format))
}

/** What the engine counted. Its result counts nothing written, so an insert says how many rows it read. */
export function summarise(response: ServerResponse, result: Result, writtenRows: number): void {
  const summary = {
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    written_rows: String(writtenRows),
    written_bytes: String(writtenRows === 0 ? 0 : result.bytesRead),
    total_rows_to_read: '0',
    result_rows: String(writtenRows === 0 ? result.rowsRead : writtenRows),
    result_bytes: String(result.bytesRead),
    elapsed_ns: String(Math.round(result.elapsed * 1e9))
  }
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary))
}

export function sendWhole(response: ServerResponse, compressor: Transform | undefined, body: Buffer): void {
  if (compressor) {
    compressor.pipe(response)
    compressor.end(body)
  } else response.end(body)
}

/** `packed` says that the receiver expects all that is said about its statement in checked blocks. */
export function sendError(response: ServerResponse, error: unknown, packed = false): void {
  const { code, status, text } = toWarehouseError(error)
  // A body that nobody reads any more would keep the connection from its next request.
  response.req.unpipe()
  response.req.resume()
  response.statusCode = status
  response.removeHeader('Content-Encoding')
  response.setHeader('X-ClickHouse-Exception-Code', String(code))
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  const body = Buffer.from(`${text}\n`)
  response.end(packed ? packOne(body) : body)
}

/** How a failure is told when a part of the result has gone out already; the tag is in a header before it. */
export function exceptionBlock(tag: string, error: unknown): Buffer {
  const text = `${toWarehouseError(error).text}\n`
  return Buffer.from(
    `\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`
  )
}

/** The stage that packs the result, when the sender takes it packed. Like the engine's version, it does unless told not to. */
export function compressReply(
  message: IncomingMessage,
  request: Request,
  response: ServerResponse
): Transform | undefined {
  if (isOn(request, 'compress')) return packChecked()
  const asked = request.settings.findLast(([name]) => name === 'enable_http_compression')?.[1]
  if (asked === '0' || asked === 'false') return undefined
  const accepted = message.headers['accept-encoding'] ?? ''
  const codec = Object.keys(ENCODERS).find((name) =>
    new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0\\b)`).test(accepted)
  )
  if (codec === undefined) return undefined
  response.setHeader('Content-Encoding', codec)
  return ENCODERS[codec]?.()
}

/** Cheapest for its gain first. The levels are those that ClickHouse takes by itself. */
const ENCODERS: Record<string, () => Transform> = {
  zstd: () => createZstdCompress(),
  gzip: () => createGzip({ level: 3 }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
  lz4: packFrames,
  deflate: () => createDeflate({ level: 3 })
}

function contentTypeOf(format: string): string {
  if (/^JSON(Strings)?EachRow|^JSONCompact(Strings)?EachRow|^NDJSON|^JSONLines/i.test(format)) {
    return 'application/x-ndjson; charset=UTF-8'
  }
  if (/^JSON/i.test(format)) return 'application/json; charset=UTF-8'
  if (/^CSV/i.test(format)) {
    return `text/csv; charset=UTF-8; header=${/WithNames/i.test(format) ? 'present' : 'absent'}`
  }
  if (/^(TSV|TabSeparated)/i.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  if (/^XML/i.test(format)) return 'application/xml; charset=UTF-8'
  if (/^(Native|RowBinary|Arrow|Parquet|ORC|Avro|MsgPack|BSON|Protobuf|CapnProto|Npy)/i.test(format)) {
    return 'application/octet-stream'
  }
  return 'text/plain; charset=UTF-8'
}
