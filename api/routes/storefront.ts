import type { ApiApp } from '../dependencies.ts'
import { readAssets, sendAsset } from '../assets.ts'

/** Addresses of the page: which one it is, the page itself decides. */
const PAGES = ['/', '/product/:product_id', '/search', '/basket']

/** The shop's page and its files, read once. */
export function registerStorefront(app: ApiApp): void {
  const assets = readAssets(new URL('../storefront/', import.meta.url))
  const page = assets.get('index.html')
  if (!page) throw new Error('api/storefront/index.html is missing')
  for (const url of PAGES) {
    app.get(url, { schema: { hide: true } }, (request, reply) => sendAsset(request, reply, page))
  }
  for (const [name, asset] of assets) {
    app.get(`/assets/${name}`, { schema: { hide: true } }, (request, reply) =>
      sendAsset(request, reply, asset)
    )
  }
  const icon = assets.get('favicon.svg')
  if (icon)
    app.get('/favicon.ico', { schema: { hide: true } }, (request, reply) => sendAsset(request, reply, icon))
}
