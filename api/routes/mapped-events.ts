import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { withBody, type ReadBody } from '../body.ts'
import { textOf } from '../collect.ts'
import type { Collector, Sender } from '../collector.ts'
import { registerCollecting } from '../collector-scope.ts'
import type { ApiApp } from '../dependencies.ts'
import { ApiError, errorAnswers, wrongField } from '../errors.ts'
import { objectOf } from '../mapping/loose.ts'
import type { Mapped } from '../mapping/mapped.ts'
import { readGa4 } from '../mapping/read-ga4.ts'
import { readSegment } from '../mapping/read-segment.ts'
import type { ApiMetrics } from '../metrics.ts'

/** Events of theirs in a request, and of ours that they may become. */
const FOREIGN_EVENTS_MAX = 500
const EVENTS_MAX = 1_000

const Result = Type.Object({
  index: Type.Integer({ description: 'Place of their event in the request; one may become several of ours' }),
  event_id: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Of our event' }),
  status: Type.Enum(['accepted', 'rejected']),
  code: Type.Optional(Type.Enum(['invalid_event', 'forbidden', 'no_counterpart'])),
  reason: Type.Optional(Type.String()),
  field: Type.Optional(Type.String())
})
const Answer = Type.Object(
  { accepted: Type.Integer(), rejected: Type.Integer(), results: Type.Array(Result) },
  { description: 'Every accepted event is stored durably' }
)
type Answer = { accepted: number; rejected: number; results: MappedResult[] }
type MappedResult = { index: number; event_id: string | null; status: 'accepted' | 'rejected' } & {
  code?: 'invalid_event' | 'forbidden' | 'no_counterpart'
  reason?: string
  field?: string
}

/** What a request holds: their events, one by one, and how each is read. */
type Request = { isBatch: boolean; events: unknown[]; read: (event: unknown, index: number) => Mapped }

const shared = `They go through the same checks, scopes of keys, limits and log as those of /v1/events; docs/mapping.md says what becomes of
which. What has no counterpart is rejected, and kept with the reason.`

/** Payloads of others, as events of ours. */
export function registerMappedEvents(
  app: ApiApp,
  { collector, metrics }: { collector: Collector; metrics: ApiMetrics }
): void {
  const define = (scope: ApiApp) => {
    const schema = {
      tags: ['events'],
      security: [{ bearer: [] }],
      consumes: ['application/json', 'text/plain'],
      body: Type.Unknown(),
      response: { 202: Answer, ...errorAnswers(400, 401, 403, 413, 415, 429, 503) }
    }
    const add = (path: string, words: { summary: string; description: string }, readRequest: ReadRequest) =>
      scope.post(
        path,
        { schema: { ...schema, ...words }, validatorCompiler: () => () => true },
        async (request, reply) => {
          const sender = request.getDecorator<Sender>('sender')
          const answer = await withBody(request.raw, collector.bodies, (body) =>
            collectMapped(body, sender, readRequest)
          )
          return reply.code(202).send(answer)
        }
      )
    add(
      '/v1/segment',
      {
        summary: 'Collect events of Segment and RudderStack libraries',
        description: `One Track or Identify call, or \`{"batch": […]}\`. The write key is the user name of HTTP Basic, as their libraries send it. ${shared}`
      },
      readSegmentRequest
    )
    add(
      '/v1/ga4',
      {
        summary: 'Collect events of Google Analytics 4',
        description: `A Measurement Protocol request. A browser's key may come in the address as \`api_secret\`, others as a Bearer token. ${shared}`
      },
      readGa4Request
    )
  }
  registerCollecting(app, { collector, metrics }, define, renameKey)

  async function collectMapped(body: ReadBody, sender: Sender, readRequest: ReadRequest): Promise<Answer> {
    metrics.bodyBytes.inc(body.bytes.length)
    const parsed = parseBody(body)
    if (!parsed.ok) {
      await collector.reject(body.bytes, sender, parsed)
      throw new ApiError(400, { code: parsed.code, message: parsed.reason })
    }
    const { isBatch, events, read } = readRequest(parsed.value, sender.receivedAt)
    const answer = await collectAll(events, events.map(read), sender)
    const [only] = answer.results
    if (!isBatch && answer.accepted === 0 && only) throw refusal(only)
    return answer
  }

  async function collectAll(events: unknown[], mapped: Mapped[], sender: Sender): Promise<Answer> {
    const ours = mapped.flatMap((one, index) => (one.ok ? one.events.map((event) => ({ event, index })) : []))
    if (ours.length > EVENTS_MAX) {
      throw wrongField('events', `they become ${ours.length} events, of at most ${EVENTS_MAX} a request`)
    }
    const refused = mapped.flatMap((one, index) => (one.ok ? [] : [{ ...one, index }]))
    const collected = await collector.collect(
      ours.map(({ event }) => event),
      sender,
      { refused: refused.map(({ index, reason }) => ({ body: Buffer.from(textOf(events[index])), reason })) }
    )
    const results: MappedResult[] = [
      ...collected.results.map((result, i) => ({ index: ours[i]?.index ?? 0, ...result })),
      ...refused.map(({ index, reason, field }) => ({ index, ...NOT_MAPPED, reason, field }))
    ]
    return {
      accepted: collected.accepted,
      rejected: collected.rejected + refused.length,
      results: results.toSorted((a, b) => a.index - b.index)
    }
  }
}

const NOT_MAPPED = { event_id: null, status: 'rejected', code: 'no_counterpart' } as const

/** The key where these libraries put it, as the collector looks for it: so there is one place that decides what a key may. */
function renameKey(request: FastifyRequest): void {
  const [, basic] = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (basic !== undefined) {
    const [key = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':', 1)
    request.headers.authorization = `Bearer ${key}`
  }
  const query = objectOf(request.query)
  if (typeof query['api_secret'] === 'string') request.query = { ...query, key: query['api_secret'] }
}

type ReadRequest = (value: unknown, receivedAt: string) => Request

function readSegmentRequest(value: unknown, receivedAt: string): Request {
  const { batch } = objectOf(value)
  const read = (event: unknown) => readSegment(event, receivedAt)
  if (batch === undefined) return { isBatch: false, events: [value], read }
  return { isBatch: true, events: bounded('batch', batch), read }
}

function readGa4Request(value: unknown, receivedAt: string): Request {
  const request = objectOf(value)
  const events = bounded('events', request['events'])
  return { isBatch: true, events, read: (event, index) => readGa4(event, request, { index, receivedAt }) }
}

function bounded(field: string, list: unknown): unknown[] {
  if (!Array.isArray(list)) throw wrongField(field, 'must be an array of events')
  if (list.length > 0 && list.length <= FOREIGN_EVENTS_MAX) return list
  throw wrongField(field, `a request holds 1 to ${FOREIGN_EVENTS_MAX} events, not ${list.length}`)
}

type ParsedBody = { ok: true; value: unknown } | { ok: false; code: string; reason: string }

function parseBody(body: ReadBody): ParsedBody {
  if (!body.ok) return { ok: false, code: 'invalid_encoding', reason: body.reason }
  if (!isUtf8(body.bytes)) return { ok: false, code: 'invalid_json', reason: 'not JSON: not in UTF-8' }
  try {
    return { ok: true, value: JSON.parse(body.bytes.toString('utf8')) }
  } catch (error) {
    const reason = `not JSON: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200)
    return { ok: false, code: 'invalid_json', reason: reason.toWellFormed() }
  }
}

function refusal({ code = 'invalid_event', reason = 'rejected', field }: MappedResult): ApiError {
  const status = code === 'forbidden' ? 403 : 400
  return new ApiError(status, { code, message: reason, ...(field && { field }) })
}
