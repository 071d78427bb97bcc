import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { DictionarySchema, type Dictionary } from '../../models/contracts/data-dictionary.ts'
import { makeAsset, readAssets, sendAsset, type Asset } from '../assets.ts'
import { renderDataPage } from '../data-docs/page.ts'
import type { ApiApp } from '../dependencies.ts'

const DIRECTORY = new URL('../data-docs/', import.meta.url)

/** What the warehouse holds, for analysts, and what to do when an alert comes: generated, so it needs no warehouse that answers. */
export function registerDataDocs(app: ApiApp): void {
  const assets = readAssets(DIRECTORY)
  const page = makeAsset('text/html; charset=utf-8', renderDataPage(readDictionary()))
  const served: [string, Asset | undefined][] = [
    ['/docs/data', page],
    ['/docs/alerts', assets.get('alerts.html')],
    ['/docs/data.css', assets.get('data.css')],
    ['/docs/data.ts', assets.get('find.ts')]
  ]
  for (const [url, asset] of served) {
    if (!asset) throw new Error(`nothing to serve at ${url}`)
    app.get(url, { schema: { hide: true } }, (request, reply) => sendAsset(request, reply, asset))
  }
}

function readDictionary(): Dictionary {
  return Value.Parse(
    DictionarySchema,
    JSON.parse(readFileSync(new URL('dictionary.json', DIRECTORY), 'utf8')) as unknown
  )
}
