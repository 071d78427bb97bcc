import { randomUUIDv7 } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Id } from '../../models/contracts/events/fields.ts'
import type { ShopEvent } from '../../models/contracts/events.ts'
import { maySend } from '../../models/contracts/scopes.ts'
import type { Collector, Sender } from '../collector.ts'
import type { ApiApp } from '../dependencies.ts'
import { ApiError, errorAnswers } from '../errors.ts'
import { uuidOf } from '../mapping/event-ids.ts'

/** A scope for what people decide: whoever has no key that may is refused before the body is read. */
export function registerDeciding(app: ApiApp, collector: Collector, define: (scope: ApiApp) => void): void {
  void app.register(async (scope: ApiApp) => {
    scope.addHook('onRequest', (request, _reply, done) => {
      const sender = collector.admit(request)
      if (!maySend(sender.caller.scope, 'suggestion_accepted')) throw forbidden(sender.caller.scope)
      request.setDecorator('sender', sender)
      done()
    })
    scope.decorateRequest('sender')
    define(scope)
  })
}

export const senderOf = (request: FastifyRequest): Sender => request.getDecorator<Sender>('sender')

const BODY_BYTES_MAX = 32 * 1024
/** What all these routes share. */
export const deciding = {
  bodyLimit: BODY_BYTES_MAX,
  schema: { tags: ['stock'], security: [{ bearer: [] }] }
}
export const decidingErrors = errorAnswers(400, 401, 403, 404, 409, 413, 415, 429, 503)

export const Author = Type.Optional(
  Type.String({ ...Id, description: 'Who decides, by the shop’s own name for them; else the key' })
)

const SOON =
  'Stored. Lists, alerts and boards follow within about a minute; this process shows what was decided of a suggestion at once.'

export const WrittenEvents = {
  events: Type.Array(Type.Object({ event_id: Type.String(), type: Type.String() }), {
    description: 'What was written to the log. The same decision again has the same ids, and is stored once'
  }),
  note: Type.String()
}

/** Resolves when all of them are durable. They go the way of all events: checked, counted and limited like any sender's. */
export async function write(
  collector: Collector,
  sender: Sender,
  events: readonly ShopEvent[]
): Promise<{ events: { event_id: string; type: string }[]; note: string }> {
  const { results } = await collector.collect(events, sender)
  const refused = results.find(({ status }) => status === 'rejected')
  if (refused) {
    const { code = 'invalid_event', reason = 'refused', field } = refused
    throw new ApiError(400, { code, message: reason, ...(field !== undefined && { field }) })
  }
  return { events: events.map(({ event_id, type }) => ({ event_id, type })), note: SOON }
}

/**
 * The same whenever the same is decided again: a double click or a retry is stored once. It has the form of version 7 with the
 * time 0, because whatever is not newer than all others is looked up among everything that is stored.
 */
export const decisionId = (...parts: readonly (string | number | undefined)[]): string =>
  uuidOf(JSON.stringify(parts), 0)

/** Who decided: as said, or whose key it was. */
export const envelope = ({ caller, receivedAt }: Sender, author: string | undefined, event_id?: string) => ({
  event_id: event_id ?? randomUUIDv7(),
  occurred_at: receivedAt,
  source: 'api',
  author: author ?? caller.key_id
})

export const conflict = (code: string, message: string, field: string) =>
  new ApiError(409, { code, message: `${field}: ${message}`, field })

const forbidden = (scope: string) =>
  new ApiError(403, {
    code: 'forbidden',
    field: 'authorization',
    message: `authorization: a key of scope ${scope} may not decide; send one of scope server or admin`
  })
