import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import type { Config } from '../models/contracts/config.ts'
import type { EventSender } from '../models/contracts/event-log.ts'
import type { KeyRing } from './keys.ts'
import type { Profile } from './redis.ts'
import type { ServingState } from './serving.ts'
import type { Shop } from './shop.ts'
import type { Warehouse } from './clickhouse.ts'

/** Everything that the API is handed: main.ts makes the real ones, tests make plain objects. */
export type ApiDependencies = {
  config: Config
  shop: Shop
  log: FastifyBaseLogger
  registry: Registry
  sendEvents: EventSender['send']
  keys: KeyRing
  /** When issued keys were last used, by key_id, as all processes saw it. */
  readKeyUses: () => Promise<Record<string, string>>
  serving: ServingState
  /** Rejects when the serving store does not answer in time. */
  readProfile: (visitor: string) => Promise<Profile>
  pingServingStore: () => Promise<void>
  warehouse: Warehouse
}

export type ApiApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>
