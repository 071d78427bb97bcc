import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { Type } from 'typebox'
import { servedKeyOf, type KeyScope } from '../../models/contracts/api-keys.ts'
import type { EventOf } from '../../models/contracts/events.ts'
import { Time } from '../../models/contracts/events/fields.ts'
import { KEY_SCOPES } from '../../models/contracts/events/operations.ts'
import { keyOf, topicOf } from '../../models/contracts/topics.ts'
import type { Collector } from '../collector.ts'
import type { ApiApp, ApiDependencies } from '../dependencies.ts'
import { ApiError, errorAnswers, serviceDown, unknownId, wrongField } from '../errors.ts'
import { hashKey } from '../keys.ts'
import { Nullable } from './schemas.ts'

const KEY_BYTES = 32
const KEY_ID_BYTES = 8
const BODY_BYTES_MAX = 16 * 1024

const Wanted = Type.Object(
  {
    scope: Type.Enum(KEY_SCOPES),
    label: Type.String({ minLength: 1, maxLength: 100, description: 'What the key is for' }),
    events_per_second: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'In each process; else the default of the scope'
      })
    ),
    expires_at: Type.Optional(Time)
  },
  { additionalProperties: false }
)
const IssuedKey = {
  key_id: Type.String(),
  scope: Type.Enum(KEY_SCOPES),
  label: Type.String(),
  events_per_second: Nullable(Type.Integer(), { description: 'null: the default of the scope' }),
  issued_at: Type.String(),
  expires_at: Nullable(Type.String(), { description: 'null: never' })
}
const WithKey = Type.Object(
  { ...IssuedKey, key: Type.String({ description: 'Shown this once, and kept nowhere' }) },
  { description: 'Good at once in this process, and within a few seconds in all' }
)
const KeyList = Type.Object(
  {
    keys: Type.Array(
      Type.Object({
        ...IssuedKey,
        revoked_at: Nullable(Type.String()),
        last_used_at: Nullable(Type.String(), { description: 'Within seconds; null: never' })
      }),
      {
        description:
          'Those that were issued, revoked and ended ones too; keys of the settings are not among them'
      }
    )
  },
  { description: 'Who may call' }
)

/** Keys as events: what is issued and revoked here reaches every process, and the audit log, through the log. */
export function registerKeys(
  app: ApiApp,
  { keys, readKeyUses, sendEvents, log }: ApiDependencies,
  collector: Collector
): void {
  const shared = { tags: ['keys'], security: [{ bearer: [] }] }
  void app.register(async (scope: ApiApp) => {
    scope.addHook('onRequest', (request, _reply, done) => {
      const { caller } = collector.admit(request)
      if (caller.scope !== 'admin') throw forbidden(caller.scope)
      request.setDecorator('author', caller.key_id)
      done()
    })
    scope.decorateRequest('author')

    scope.post(
      '/v1/keys',
      {
        bodyLimit: BODY_BYTES_MAX,
        schema: {
          ...shared,
          summary: 'Issue a key',
          body: Wanted,
          response: { 201: WithKey, ...errorAnswers(400, 401, 403, 413, 415, 429, 503) }
        }
      },
      async (request, reply) => {
        const { expires_at } = request.body
        if (expires_at !== undefined && !(Date.parse(expires_at) > Date.now())) {
          throw wrongField('expires_at', 'must be a time to come')
        }
        const key = `fs_${request.body.scope}_${randomBytes(KEY_BYTES).toString('base64url')}`
        const event: EventOf<'api_key_issued'> = {
          type: 'api_key_issued',
          ...envelope(),
          key_id: randomBytes(KEY_ID_BYTES).toString('hex'),
          key_hash: hashKey(key),
          ...request.body,
          author: request.getDecorator<string>('author')
        }
        await send(event)
        const issued = servedKeyOf(event)
        keys.add({ keys: [issued], revoked: {} })
        return reply
          .code(201)
          .header('cache-control', 'no-store')
          .send({ ...issued, key })
      }
    )

    scope.get(
      '/v1/keys',
      {
        schema: {
          ...shared,
          summary: 'Issued keys',
          response: { 200: KeyList, ...errorAnswers(401, 403, 429) }
        }
      },
      async () => {
        const used = await readKeyUses().catch((error: unknown) => {
          log.warn({ err: error }, 'last uses of other processes cannot be read')
          return {}
        })
        return { keys: keys.list(used) }
      }
    )

    scope.delete(
      '/v1/keys/:key_id',
      {
        schema: {
          ...shared,
          summary: 'Revoke a key',
          params: Type.Object({ key_id: Type.String() }),
          response: {
            204: Type.Null({
              description: 'It is good for nothing any more; revoking it again changes nothing'
            }),
            ...errorAnswers(401, 403, 404, 429, 503)
          }
        }
      },
      async (request, reply) => {
        const { key_id } = request.params
        if (!keys.has(key_id)) throw unknownId('key_id', key_id)
        const event: EventOf<'api_key_revoked'> = {
          type: 'api_key_revoked',
          ...envelope(),
          key_id,
          author: request.getDecorator<string>('author')
        }
        await send(event)
        keys.add({ keys: [], revoked: { [key_id]: event.occurred_at } })
        return reply.code(204).send(null)
      }
    )
  })

  async function send(event: EventOf<'api_key_issued'> | EventOf<'api_key_revoked'>): Promise<void> {
    try {
      await sendEvents(topicOf[event.type], [{ key: keyOf(event), value: JSON.stringify(event) }])
    } catch (cause) {
      throw serviceDown('the event log', cause)
    }
  }
}

function envelope() {
  const now = new Date().toISOString()
  return { event_id: randomUUIDv7(), occurred_at: now, received_at: now, source: 'api' }
}

const forbidden = (scope: KeyScope) =>
  new ApiError(403, {
    code: 'forbidden',
    field: 'authorization',
    message: `authorization: a key of scope ${scope} may not see or change keys; send one of scope admin`
  })
