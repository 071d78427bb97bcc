import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { fakeApp } from '../api/fakes.ts'

const page = readFileSync(new URL('../../docs/stock.md', import.meta.url), 'utf8')
const { app } = await fakeApp({ products: [] })
afterAll(() => app.close())
type Parameter = { name: string; in: string }
type OpenApi = { paths: Record<string, Record<string, { parameters?: Parameter[] }>> }
const openApi: OpenApi = (await app.inject('/openapi.json')).json()

const said = [...page.matchAll(/`(GET|POST|PUT) (\/v1\/[^`]+)`/g)].map(([, method = '', path = '']) => ({
  method: method.toLowerCase(),
  path: path.replaceAll(/:(\w+)/g, '{$1}')
}))

it.each(said)('docs/stock.md: $method $path is a route', ({ method, path }) => {
  expect(Object.keys(openApi.paths[path] ?? {})).toContain(method)
})

it('docs/stock.md names every route of stock', () => {
  const routes = Object.keys(openApi.paths).filter((path) => /\/(stock|replenishment|suppliers)\b/.test(path))
  expect(new Set(said.map(({ path }) => path))).toEqual(new Set([...routes, '/v1/forecasts/{product_id}']))
})

it('docs/stock.md uses parameters that there are', () => {
  const examples = [...page.matchAll(/127\.0\.0\.1:8080(\/v1\/[^?' ]+)\?([^' ]+)'/g)]
  expect(examples.length).toBeGreaterThan(3)
  for (const [, path = '', query = ''] of examples) {
    const route = path.replace('/85123A', '/{product_id}')
    const known = openApi.paths[route]?.['get']?.parameters?.map(({ name }) => name) ?? []
    expect(known).toEqual(expect.arrayContaining([...new URLSearchParams(query).keys()]))
  }
})
