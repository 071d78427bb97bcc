import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { ApiApp } from './dependencies.ts'

const description = `What happens in a shop goes in as events; what to show, what to reorder and how trade is going come out.
Money is a decimal string, times are RFC 3339 in UTC. An error is \`{"error": {"code", "message", "field"}}\`.
What analysts read with SQL is described at [/docs/data](/docs/data).`

/** OpenAPI at /openapi.json, for people at /docs. Comes before the routes, whose schemas it collects. */
export async function registerDocs(app: ApiApp): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Flipside', version: '1', description },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'A key of scope browser, server or admin' }
        }
      }
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) =>
        typeof json['$id'] === 'string' ? json['$id'] : `schema-${i}`
    }
  })
  await app.register(swaggerUi, { routePrefix: '/docs' })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
