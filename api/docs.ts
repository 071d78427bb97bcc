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
    transform: ({ schema, url }) => ({ schema: withoutRequiredDefaults(schema), url }),
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, i) =>
        typeof json['$id'] === 'string' ? json['$id'] : `schema-${i}`
    }
  })
  await app.register(swaggerUi, { routePrefix: '/docs' })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

/** What has a default is there in the end, but nobody has to send it. */
function withoutRequiredDefaults<Schema extends { querystring?: unknown }>(schema: Schema): Schema {
  const { querystring } = schema
  if (!isObjectSchema(querystring)) return schema
  const { properties, required } = querystring
  const asked = required.filter((name) => !('default' in (properties[name] ?? {})))
  return { ...schema, querystring: { ...querystring, required: asked } }
}

type ObjectSchema = { properties: Record<string, object>; required: string[] }

const isObjectSchema = (schema: unknown): schema is ObjectSchema =>
  typeof schema === 'object' && schema !== null && 'properties' in schema && 'required' in schema
