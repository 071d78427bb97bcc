import { hostname } from 'node:os'
import type { Exchange, Parts } from './answer.ts'
import { compressReply, nameReply, sendWhole } from './reply.ts'
import type { Request } from './request.ts'

const HELLO = 'SELECT displayName(), version(), revision(), timezone()'

/**
 * What `clickhouse-go` asks first. It reads the answer as a block of the newest protocol that it knows, and all that
 * follows as blocks of the revision that the answer names. The engine writes blocks of revision 0 only.
 */
export function isHello(request: Request, sql: string): boolean {
  const revision = Number(request.options.get('client_protocol_version') ?? 0)
  return revision >= CUSTOM_SERIALIZATION && request.defaultFormat === 'Native' && sql.trim() === HELLO
}

/** Since this revision each column of a block says whether it is written in a way of its own. */
const CUSTOM_SERIALIZATION = 54_454

export async function sendHello({ engine }: Parts, { request, message, response }: Exchange): Promise<void> {
  const { bytes } = await engine.withConnection('', (connection) => connection.run('SELECT version()'))
  const version = Buffer.from(bytes).toString('utf8').trim()
  nameReply(response, request, 'Native')
  const columns = [
    column('displayName()', 'String', text(hostname())),
    column('version()', 'String', text(version)),
    column('revision()', 'UInt32', Buffer.alloc(4)),
    column('timezone()', 'String', text('UTC'))
  ]
  const block = Buffer.concat([BLOCK_INFO, Buffer.from([columns.length, 1]), ...columns])
  sendWhole(response, compressReply(message, request, response), block)
}

/** Field 1, no overflow; field 2, no bucket (-1); no more. */
const BLOCK_INFO = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0])

const column = (name: string, type: string, value: Buffer): Buffer =>
  Buffer.concat([text(name), text(type), Buffer.from([0]), value])

/** With its length before it, in sevens of bits. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  const length = []
  let rest = bytes.length
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128)
  return Buffer.concat([Buffer.from([...length, rest]), bytes])
}
