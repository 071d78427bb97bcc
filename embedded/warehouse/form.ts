import type { IncomingMessage } from 'node:http'
import { notImplemented } from './errors.ts'
import { readExternalTable } from './external-tables.ts'
import { addToRequest, type Request } from './request.ts'

/** Clients send parameters as a form when they are too long for an address; then the statement is in it too. */
export function isForm(message: IncomingMessage): boolean {
  return message.headers['content-type']?.startsWith('multipart/form-data') ?? false
}

export async function readForm(
  request: Request,
  message: IncomingMessage,
  body: AsyncIterable<Buffer>,
  bytesMax = FORM_BYTES_MAX
): Promise<void> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) throw notImplemented(`a form of more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  const files: [string, File][] = []
  const headers = { 'content-type': message.headers['content-type'] ?? '' }
  for (const [name, value] of await new Response(Buffer.concat(chunks), { headers }).formData()) {
    if (typeof value === 'string') addToRequest(request, name, value)
    else files.push([name, value])
  }
  for (const [name, file] of files)
    request.externalTables.push(readExternalTable(request, name, new Uint8Array(await file.arrayBuffer())))
}

const FORM_BYTES_MAX = 16 * 1024 ** 2
