import { Type } from 'typebox'
import { servedKinds } from '../../models/contracts/served.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'

const Ready = (description: string) =>
  Type.Object(
    {
      ready: Type.Boolean(),
      missing: Type.Array(Type.String(), { description: 'What is not there yet, or no longer' }),
      versions: Type.Record(Type.String(), Type.String())
    },
    { description }
  )

/** Kinds without which the shop's page has nothing to show. The others only make it poorer. */
const NEEDED_KINDS = ['products', 'popular'] as const satisfies (typeof servedKinds)[number][]

export function registerOperations(
  app: ApiApp,
  { serving, warehouse, pingServingStore, registry }: ApiDependencies
): void {
  app.get(
    '/health',
    {
      schema: {
        summary: 'Whether the process lives',
        tags: ['operations'],
        response: {
          200: Type.Object(
            { status: Type.Literal('ok'), uptime_seconds: Type.Number() },
            { description: 'It does' }
          )
        }
      }
    },
    async () => ({ status: 'ok' as const, uptime_seconds: process.uptime() })
  )

  app.get(
    '/ready',
    {
      schema: {
        summary: 'Whether everything that answers need is there',
        tags: ['operations'],
        response: { 200: Ready('All there'), 503: Ready('Something is missing') }
      }
    },
    async (_request, reply) => {
      const [warehouseMissing, storeMissing] = await Promise.all([
        whatFails('warehouse', warehouse.ping()),
        whatFails('serving store', pingServingStore())
      ])
      const unpublished = NEEDED_KINDS.filter((kind) => serving.versions[kind] === undefined)
      const missing = [
        ...warehouseMissing,
        ...storeMissing,
        ...unpublished.map((kind) => `published ${kind}`)
      ]
      const ready = missing.length === 0
      return reply.code(ready ? 200 : 503).send({ ready, missing, versions: serving.versions })
    }
  )

  app.get(
    '/metrics',
    { schema: { summary: 'Metrics for Prometheus', tags: ['operations'] } },
    async (_, reply) => reply.type(registry.contentType).send(await registry.metrics())
  )
}

const PING_MS_MAX = 2_000

async function whatFails(name: string, ping: Promise<void>): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([name]), PING_MS_MAX)
  })
  const answered = ping.then(
    () => [],
    () => [name]
  )
  return Promise.race([answered, tooLate]).finally(() => clearTimeout(timer))
}
