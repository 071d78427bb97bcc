import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { extname } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type Asset = { type: string; body: string; etag: string }

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml'
}

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-cache'
}

/** Files of a page, by name: the browser gets the TypeScript with its types taken off. */
export function readAssets(directory: URL): Map<string, Asset> {
  const assets = new Map<string, Asset>()
  for (const name of readdirSync(directory)) {
    const type = types[extname(name)]
    if (!type) continue
    const text = readFileSync(new URL(name, directory), 'utf8')
    const body = name.endsWith('.ts') ? stripTypeScriptTypes(text) : text
    assets.set(name, makeAsset(type, body))
  }
  return assets
}

export const makeAsset = (type: string, body: string): Asset => ({
  type,
  body,
  etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`
})

export function sendAsset(request: FastifyRequest, reply: FastifyReply, { type, body, etag }: Asset) {
  void reply.headers({ ...headers, etag })
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.type(type).send(body)
}
