import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { ApiApp } from '../dependencies.ts'

/** In the order in which they need each other. */
const PARTS = ['store.ts', 'sender.ts', 'tracker.ts']

/** Shops ask for the first. The second is where the storefront's own files find it, as its source stands. */
const ADDRESSES = { '/flipside.js': 'public, max-age=3600', '/tracker/tracker.ts': 'no-cache' }

/** The tracker as one ES module without imports, for pages of any origin. */
export function registerTracker(app: ApiApp): void {
  const script = readScript(new URL('../tracker/', import.meta.url))
  const gzipped = gzipSync(script, { level: 9 })
  const etag = `"${createHash('sha256').update(script).digest('base64url').slice(0, 16)}"`
  for (const [address, caching] of Object.entries(ADDRESSES)) {
    app.get(address, { schema: { hide: true } }, (request, reply) => {
      void reply.headers({
        etag,
        'cache-control': caching,
        vary: 'accept-encoding',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff'
      })
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      void reply.type('text/javascript; charset=utf-8')
      const mayGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
      return mayGzip ? reply.header('content-encoding', 'gzip').send(gzipped) : reply.send(script)
    })
  }
}

/** Types, comments, spaces and the imports of one part by another are for readers of the source. */
function readScript(directory: URL): string {
  return PARTS.map((name) => stripTypeScriptTypes(readFileSync(new URL(name, directory), 'utf8')))
    .flatMap((part) => part.split('\n'))
    .map((line) => line.replaceAll(/ +/g, ' ').trim())
    .filter((line) => line !== '' && !/^(?:import |\/\/|\/?\*)/.test(line))
    .join('\n')
}
