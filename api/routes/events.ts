import { isUtf8 } from 'node:buffer'
import { Type } from 'typebox'
import { eventSchemas } from '../../models/contracts/events.ts'
import { withBody, type ReadBody } from '../body.ts'
import type { EventResult } from '../collect.ts'
import type { CollectAnswer, Collector, Sender } from '../collector.ts'
import { registerCollecting } from '../collector-scope.ts'
import type { ApiApp } from '../dependencies.ts'
import { ApiError, errorAnswers, wrongField } from '../errors.ts'
import type { ApiMetrics } from '../metrics.ts'

const EVENTS_MAX = 500

/** For the OpenAPI text: the events themselves are checked one by one, so that one bad event spoils no batch. */
const Event = Type.Union(Object.values(eventSchemas), { $id: 'Event' })
const EventRef = Type.Ref('Event#')
const Body = Type.Union([
  EventRef,
  Type.Array(EventRef, { minItems: 1, maxItems: EVENTS_MAX }),
  Type.Object({ events: Type.Array(EventRef, { minItems: 1, maxItems: EVENTS_MAX }) })
])

const Result = Type.Object({
  event_id: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  status: Type.Enum(['accepted', 'rejected']),
  code: Type.Optional(
    Type.Enum(['invalid_event', 'forbidden'], {
      description: 'invalid_event: kept with the reason, to be mended; forbidden: not kept'
    })
  ),
  reason: Type.Optional(Type.String({ description: 'Names the field that is wrong' })),
  field: Type.Optional(Type.String())
})
const Answer = Type.Object(
  {
    accepted: Type.Integer(),
    rejected: Type.Integer(),
    results: Type.Array(Result, { description: 'In the order of the request' })
  },
  { description: 'Every accepted event is stored durably' }
)

const description = `One event, an array, or \`{"events": […]}\`, as application/json or text/plain, as it is or with
content-encoding gzip or deflate: at most ${EVENTS_MAX} events and 4 MiB inflated; an event at most 32 KiB, one of an order 256 KiB.

Answers after the events are durable. A single wrong event is a 400; those of a batch are told apart in \`results\`, and do not
keep the others from being accepted. What is wrong is kept with the reason.

Keys have scopes: \`browser\` may send behaviour events other than recommendation_served, \`server\` every event but
api_key_issued and api_key_revoked, \`admin\` every event. A browser's key may come in the address.

429 and 503 tell in Retry-After, in seconds, when to send the same again; nothing of that request counts as taken. 429:
\`too_many_events\` (the limit of the key), \`log_behind\`, \`too_many_bodies\`. A repeat keeps its event_id and is stored once.`

export function registerEvents(
  app: ApiApp,
  { collector, metrics }: { collector: Collector; metrics: ApiMetrics }
): void {
  app.addSchema(Event)
  registerCollecting(app, { collector, metrics }, (scope) => {
    scope.post(
      '/v1/events',
      {
        schema: {
          summary: 'Collect events',
          description,
          tags: ['events'],
          security: [{ bearer: [] }],
          consumes: ['application/json', 'text/plain'],
          querystring: Type.Object({
            key: Type.Optional(Type.String({ description: "A browser's key, for sendBeacon" }))
          }),
          body: Body,
          response: { 202: Answer, ...errorAnswers(400, 401, 403, 413, 415, 429, 503) }
        },
        validatorCompiler: () => () => true
      },
      async (request, reply) => {
        const sender = request.getDecorator<Sender>('sender')
        const answer = await withBody(request.raw, collector.bodies, (body) => collect(body, sender))
        // Without the schema, because checking each result against the schema again would cost more than collecting it.
        return reply.code(202).type('application/json; charset=utf-8').serializer(JSON.stringify).send(answer)
      }
    )
  })

  async function collect(body: ReadBody, sender: Sender): Promise<CollectAnswer> {
    metrics.bodyBytes.inc(body.bytes.length)
    const read = readValues(body)
    if (!read.ok) {
      await collector.reject(body.bytes, sender, read)
      throw new ApiError(400, { code: read.code, message: read.reason })
    }
    if (read.isBatch) return collector.collect(read.values, sender)
    const answer = await collector.collect(read.values, sender, { body: body.bytes })
    const [only] = answer.results
    if (only?.status === 'rejected') throw refusal(only)
    return answer
  }
}

type ReadValues =
  | { ok: true; values: unknown[]; isBatch: boolean }
  | { ok: false; code: string; reason: string }

function readValues(body: ReadBody): ReadValues {
  if (!body.ok) return { ok: false, code: 'invalid_encoding', reason: body.reason }
  if (!isUtf8(body.bytes)) return { ok: false, code: 'invalid_json', reason: 'not JSON: not in UTF-8' }
  let value: unknown
  try {
    value = JSON.parse(body.bytes.toString('utf8'))
  } catch (error) {
    const reason = `not JSON: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200)
    return { ok: false, code: 'invalid_json', reason: reason.toWellFormed() }
  }
  const list = Array.isArray(value) ? value : eventsOf(value)
  if (list === undefined) return { ok: true, values: [value], isBatch: false }
  if (list.length === 0 || list.length > EVENTS_MAX) {
    throw wrongField('events', `a request holds 1 to ${EVENTS_MAX} events, not ${list.length}`)
  }
  return { ok: true, values: list, isBatch: true }
}

function eventsOf(value: unknown): unknown[] | undefined {
  if (typeof value !== 'object' || value === null || !('events' in value) || 'type' in value) return undefined
  if (!Array.isArray(value.events)) throw wrongField('events', 'must be an array of events')
  return value.events
}

function refusal({ code, reason = 'rejected', field }: EventResult): ApiError {
  const problem = { code: code ?? 'invalid_event', message: reason, ...(field && { field }) }
  return new ApiError(code === 'forbidden' ? 403 : 400, problem)
}
