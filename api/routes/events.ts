import { Type } from 'typebox'
import { eventSchemas } from '../../models/contracts/events.ts'
import { REJECTED_TOPIC } from '../../models/contracts/topics.ts'
import type { LogMessage } from '../../models/contracts/event-log.ts'
import { accessOf, type Access } from '../access.ts'
import { collectEvents, rejectBody, type EventResult } from '../collect.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { ApiError, errorAnswers, serviceDown, wrongField } from '../errors.ts'
import type { ApiMetrics } from '../metrics.ts'

const EVENTS_MAX = 500

/** For the OpenAPI text: the events themselves are checked one by one, so that one bad event spoils no batch. */
const Event = Type.Union(Object.values(eventSchemas), { $id: 'Event' })
const EventRef = Type.Ref('Event#')
const Body = Type.Union([
  EventRef,
  Type.Array(EventRef, { maxItems: EVENTS_MAX }),
  Type.Object({ events: Type.Array(EventRef, { maxItems: EVENTS_MAX }) })
])

const Result = Type.Object({
  event_id: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  status: Type.Enum(['accepted', 'rejected']),
  code: Type.Optional(Type.Enum(['invalid_event', 'forbidden'])),
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

export function registerEvents(
  app: ApiApp,
  { config, sendEvents }: ApiDependencies,
  metrics: ApiMetrics
): void {
  app.addSchema(Event)
  // A scope of its own: only here is text/plain a body, as a page that is being closed sends it (sendBeacon).
  void app.register(async (scope: ApiApp) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      ['application/json', 'text/plain'],
      { parseAs: 'buffer' },
      (_request, body, done) => done(null, body)
    )
    scope.post(
      '/v1/events',
      {
        schema: {
          summary: 'Collect events',
          description:
            'One event, an array, or {"events": […]}, as application/json or text/plain. Answers after the events are durable. ' +
            'The browser key may send behaviour events only; a single wrong event is a 400, those of a batch are told apart in `results`.',
          tags: ['events'],
          security: [{ bearer: [] }],
          consumes: ['application/json', 'text/plain'],
          querystring: Type.Object({
            key: Type.Optional(Type.String({ description: "The browser's key, for sendBeacon" }))
          }),
          body: Body,
          response: { 202: Answer, ...errorAnswers(400, 401, 403, 413, 415, 503) }
        },
        validatorCompiler: () => () => true
      },
      async (request, reply) => {
        const { authorization } = request.headers
        const keyInAddress = (request.query as { key?: unknown }).key
        const access = accessOf(
          { authorization, keyInAddress: typeof keyInAddress === 'string' ? keyInAddress : undefined },
          config
        )
        if (!access) throw unauthorised()
        return reply.code(202).send(await collect(request.body as Buffer, access))
      }
    )
  })

  async function collect(body: Buffer, access: Access) {
    const receivedAt = new Date().toISOString()
    const { values, isBatch } = await readValues(body, receivedAt)
    const { messages, results } = collectEvents(values, { access, receivedAt })
    await sendAll(messages)

    const accepted = results.filter((result) => result.status === 'accepted').length
    const rejected = results.length - accepted
    metrics.events.inc({ result: 'accepted' }, accepted)
    metrics.events.inc({ result: 'rejected' }, rejected)
    const [only] = results
    if (!isBatch && only?.status === 'rejected') throw refusal(only)
    return { accepted, rejected, results }
  }

  async function readValues(
    body: Buffer,
    rejectedAt: string
  ): Promise<{ values: unknown[]; isBatch: boolean }> {
    let value: unknown
    try {
      value = JSON.parse(body.toString('utf8'))
    } catch (error) {
      const reason = `not JSON: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200)
      await sendAll(new Map([[REJECTED_TOPIC, [rejectBody(body, { reason, rejectedAt })]]]))
      metrics.events.inc({ result: 'rejected' })
      throw new ApiError(400, { code: 'invalid_json', message: reason })
    }
    const list = Array.isArray(value) ? value : eventsOf(value)
    if (list === undefined) return { values: [value], isBatch: false }
    if (list.length === 0 || list.length > EVENTS_MAX) {
      throw wrongField('events', `a request holds 1 to ${EVENTS_MAX} events, not ${list.length}`)
    }
    return { values: list, isBatch: true }
  }

  /** All or nothing is reported: after a failure the sender sends everything again, and repeats are harmless. */
  async function sendAll(messages: ReadonlyMap<string, LogMessage[]>): Promise<void> {
    try {
      await Promise.all([...messages].map(([topic, list]) => sendEvents(topic, list)))
    } catch (cause) {
      throw serviceDown('the event log', cause)
    }
  }
}

function eventsOf(value: unknown): unknown[] | undefined {
  if (typeof value !== 'object' || value === null || !('events' in value) || 'type' in value) return undefined
  if (!Array.isArray(value.events)) throw wrongField('events', 'must be an array of events')
  return value.events
}

const unauthorised = () =>
  new ApiError(401, {
    code: 'unauthorised',
    field: 'authorization',
    message: 'authorization: send "Bearer <key>" with the browser\'s or the server\'s key'
  })

function refusal({ code, reason = 'rejected', field }: EventResult): ApiError {
  const problem = { code: code ?? 'invalid_event', message: reason, ...(field && { field }) }
  return new ApiError(code === 'forbidden' ? 403 : 400, problem)
}
