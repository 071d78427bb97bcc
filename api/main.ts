import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { openStores } from '../embedded/stores.ts'
import { leaveWithParent } from '../embedded/with-parent.ts'
import { describeSettings, readConfig, type Config } from '../models/contracts/config.ts'
import type { EventSender } from '../models/contracts/event-log.ts'
import { kafkaConnection } from '../models/contracts/kafka-connection.ts'
import { buildApp } from './app.ts'
import { openWarehouse } from './clickhouse.ts'
import { addChanged, followKeys } from './key-store.ts'
import { createKeyRing } from './keys.ts'
import { rememberAnswers } from './remember.ts'
import { openServingStore } from './redis.ts'
import { emptyServing, followServing } from './serving.ts'
import { readShop } from './shop.ts'

if (process.argv.includes('--help')) {
  process.stdout
    .write(`npm run api\n\nCollects events and serves recommendations, forecasts, orders and sales. Runs until it is stopped.
Settings come from the environment:\n\n${describeSettings()}`)
  process.exit(0)
}
const config = readConfig(process.env)
const log = pino({ name: 'api', level: config.LOG_LEVEL })
const onParentGone = leaveWithParent()

const stores = await openStores(config)
const warehouse = openWarehouse(stores.clickhouse)
const store = openServingStore(stores.redis_url)
const sender = await openSender(config)
const serving = emptyServing()
const keys = createKeyRing(config)
const registry = new Registry()
collectDefaultMetrics({ register: registry })

const app = await buildApp({
  config,
  log,
  registry,
  serving,
  warehouse: rememberAnswers(warehouse, registry),
  shop: await readShop(config.DATA_DIR),
  sendEvents: (topic, messages) => sender.send(topic, messages),
  keys,
  readKeyUses: store.keys.readUses,
  readProfile: store.readProfile,
  pingServingStore: store.ping
})

const stopped = new AbortController()
const following = followServing(serving, store, {
  signal: stopped.signal,
  onLoaded: (kind) => log.info({ kind, version: serving.versions[kind] }, 'serving'),
  onFailed: (error) => log.warn({ err: error }, 'published versions cannot be read; serving what is loaded')
})
const followingKeys = followKeys(keys, store.keys, {
  signal: stopped.signal,
  onFailed: (error) => log.warn({ err: error }, 'API keys cannot be read; those that are known stay good')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal))
onParentGone(() => void stop('the supervisor is gone'))

// Whose key was issued is no stranger in the first moments; a store that is down is waited for only as long as it may
// take to answer, and told of by those who follow it.
await addChanged(keys, store.keys, undefined).catch(() => undefined)

try {
  await app.listen({
    host: config.HOST,
    port: config.PORT,
    listenTextResolver: (address) => `the shop's page and /docs are at ${address}`
  })
} catch (error) {
  log.fatal(whyNotListening(error))
  process.exitCode = 1
  await stop('not listening')
}

/** Answers what came in, sends what is buffered, then lets go of the clients. */
async function stop(reason: string): Promise<void> {
  if (stopped.signal.aborted) return
  log.info({ reason }, 'stopping')
  stopped.abort()
  await app.close()
  await sender.close()
  // Ends what is still asked of a store that does not answer.
  store.close()
  await Promise.all([following, followingKeys])
  await warehouse.close()
  await stores.close()
  // A supervisor's channel would keep this process alive.
  process.exit()
}

/** Only the client that is used is loaded. */
async function openSender(settings: Config): Promise<EventSender> {
  const kafka = kafkaConnection(settings, readFileSync)
  if (kafka === undefined) {
    const { openLogSender } = await import('../embedded/log.ts')
    return openLogSender({ dir: join(settings.DATA_DIR, 'log') })
  }
  const { openKafkaSender } = await import('./kafka.ts')
  return openKafkaSender(kafka, (error) => log.warn({ error: error.message }, 'Kafka cannot be reached'))
}

function whyNotListening(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `port ${config.PORT} of ${config.HOST} is taken: set PORT to a free one (0 lets the system choose)`
  }
  return `cannot listen on ${config.HOST}:${config.PORT}: ${String(error)}`
}
