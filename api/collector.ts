import type { FastifyRequest } from 'fastify'
import { REJECTED_TOPIC } from '../models/contracts/topics.ts'
import type { LogMessage } from '../models/contracts/event-log.ts'
import { isBot } from './bots.ts'
import { createBounded, type Bounded } from './bounded.ts'
import { addTo, collectEvents, rejectBody, type EventResult } from './collect.ts'
import type { ApiDependencies } from './dependencies.ts'
import { ApiError, serviceDown, tooBusy } from './errors.ts'
import type { Caller } from './keys.ts'
import type { ApiMetrics } from './metrics.ts'
import { createRateLimit } from './rate-limit.ts'

/** What is on its way to the log; a log that is slower than its senders must reach them as an answer, not as memory. */
const SENDING_BYTES_MAX = 32 * 1024 * 1024
/** All bodies that are coming in or being read. */
const BODIES_BYTES_MAX = 64 * 1024 * 1024

/** Who sent a request, and when. */
export type Sender = { caller: Caller; isBot: boolean; receivedAt: string }
export type CollectAnswer = { accepted: number; rejected: number; results: EventResult[] }

/** The bytes of the only value, to be kept as they came; and what was refused before it could become a value. */
export type Beside = { body?: Buffer; refused?: readonly { body: Buffer; reason: string }[] }

/** What every route shares that takes events, in whatever form they come. */
export type Collector = {
  /** Before a body is read: throws the 401 of an unknown key and the 429 of one that is past its limit. */
  admit: (request: FastifyRequest) => Sender
  /** Resolves when all that is accepted is durable. Otherwise throws, and then nothing counts as taken. */
  collect: (values: readonly unknown[], sender: Sender, beside?: Beside) => Promise<CollectAnswer>
  /** Keeps a body of which no event could be read. */
  reject: (body: Buffer, sender: Sender, problem: { code: string; reason: string }) => Promise<void>
  bodies: Bounded
}

export function createCollector(
  { sendEvents, keys }: Pick<ApiDependencies, 'sendEvents' | 'keys'>,
  metrics: ApiMetrics
): Collector {
  const limit = createRateLimit()
  const sending = createBounded(SENDING_BYTES_MAX)

  return { admit, collect, reject, bodies: createBounded(BODIES_BYTES_MAX) }

  function admit(request: FastifyRequest): Sender {
    const now = new Date()
    const caller = findCaller(request, (key) => keys.find(key, now.getTime()))
    if (!caller) throw unauthorised()
    mustNotWait(caller, limit.waitSeconds(caller, 1, now.getTime()))
    if (sending.isFull()) throw logBehind()
    const isProgram = caller.scope === 'browser' && isBot(request.headers['user-agent'])
    return { caller, isBot: isProgram, receivedAt: now.toISOString() }
  }

  async function collect(
    values: readonly unknown[],
    sender: Sender,
    { body, refused = [] }: Beside = {}
  ): Promise<CollectAnswer> {
    const { caller, isBot, receivedAt } = sender
    mustNotWait(caller, limit.take(caller, values.length + refused.length, Date.now()))
    const collected = collectEvents(values, { scope: caller.scope, isBot, receivedAt, body })
    for (const { body, reason } of refused) {
      addTo(
        collected,
        REJECTED_TOPIC,
        rejectBody(body, { reason, rejectedAt: receivedAt, scope: caller.scope })
      )
    }
    await send(collected.messages, collected.bytes)

    const { accepted, rejected, forbidden, bots } = collected
    metrics.events.inc({ result: 'accepted', code: '' }, accepted)
    if (rejected > 0) metrics.events.inc({ result: 'rejected', code: 'invalid_event' }, rejected)
    if (refused.length > 0) metrics.events.inc({ result: 'rejected', code: 'no_counterpart' }, refused.length)
    if (forbidden > 0) metrics.events.inc({ result: 'refused', code: 'forbidden' }, forbidden)
    if (bots > 0) metrics.botEvents.inc(bots)
    return { accepted, rejected: rejected + forbidden, results: collected.results }
  }

  async function reject(body: Buffer, sender: Sender, { code, reason }: { code: string; reason: string }) {
    const { caller, receivedAt: rejectedAt } = sender
    mustNotWait(caller, limit.take(caller, 1, Date.now()))
    const message = rejectBody(body, { reason, rejectedAt, scope: caller.scope })
    await send(new Map([[REJECTED_TOPIC, [message]]]), message.value.length)
    metrics.events.inc({ result: 'rejected', code })
  }

  async function send(messages: ReadonlyMap<string, LogMessage[]>, bytes: number): Promise<void> {
    if (!sending.take(bytes)) throw logBehind()
    try {
      // All or nothing is reported: after a failure the sender sends everything again, and repeats are harmless.
      await Promise.all([...messages].map(([topic, list]) => sendEvents(topic, list)))
    } catch (cause) {
      throw serviceDown('the event log', cause)
    } finally {
      sending.giveBack(bytes)
    }
  }
}

function mustNotWait({ eventsPerSecond }: Caller, seconds: number): void {
  if (seconds === 0) return
  const message = `this key may send ${eventsPerSecond} events a second; send this again in ${seconds} s`
  throw tooBusy('too_many_events', message, seconds)
}

/** A key in the address ends up in logs, so only a browser's, which is no secret, may come that way. */
function findCaller(
  { headers, query }: FastifyRequest,
  find: (key: string) => Caller | undefined
): Caller | undefined {
  const [, key] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  if (key !== undefined) return find(key)
  const { key: keyInAddress } = query as { key?: unknown }
  const caller = typeof keyInAddress === 'string' ? find(keyInAddress) : undefined
  return caller?.scope === 'browser' ? caller : undefined
}

const unauthorised = () =>
  new ApiError(401, {
    code: 'unauthorised',
    field: 'authorization',
    message: 'authorization: send "Bearer <key>" with a key that is known and has not ended'
  })

const logBehind = () => tooBusy('log_behind', 'the event log is behind; send this again in a moment')
