import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { hasWarehouse, noWarehouse, openStores } from '../embedded/stores.ts'
import { readConfig } from '../models/contracts/config.ts'
import type { EventConsumer, LogEnd } from '../models/contracts/event-log.ts'
import { kafkaConnection } from '../models/contracts/kafka-connection.ts'
import { REJECTED_TOPIC, topics } from '../models/contracts/topics.ts'
import { WAREHOUSE_GROUP } from './group.ts'
import { migrate } from './migrate.ts'
import { fillViews } from './migrate/fill.ts'
import { holdGroup } from './replay/hold-group.ts'
import { readOptions, type ReplayOptions } from './replay/options.ts'
import { runReplay } from './replay/run.ts'

const HELP = `npm run replay -- --topic T --partition P --from A --to B [--dry-run]
npm run replay -- --rebuild [mart.table … | all]
npm run replay -- --resume

Reads offsets A to B of one partition again, both included, and stores what the warehouse does not hold: what was rejected
then and is valid now, and what was lost. Nothing is stored twice. Marts that may hold what a lost row had brought are made
anew and take the place of the old ones in one step; --rebuild does only that.

Ingest must not run meanwhile (stop the demo, or the ingest process): what comes waits in the log. A replay that ended half
way is finished by the next one, or by --resume. Afterwards \`npm run job profiles\` brings what was missing to the profiles.
Exit code 1 when it could not be done, 2 when it was asked for in a wrong way.
`

const options = readOptionsOrEnd()
const config = readConfig(process.env)
if (!hasWarehouse(config)) {
  process.stderr.write(noWarehouse(config))
  process.exit(2)
}
const stores = await openStores(config)
const client = createClient({
  ...stores.clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 3_600_000
})
try {
  const ends = await readEnds()
  const group = await holdGroup(await openConsumer(), ends)
  try {
    await migrate(client, config)
    // A replay stores below the cuts of new views. One that is to be rebuilt needs no filling, and may not be fit for it.
    if (options.kind !== 'rebuild') await fillViews(client, { patienceMs: 0 })
    await runReplay(options, { client, group, ends, say: (line) => void process.stderr.write(`${line}\n`) })
  } finally {
    await group.release()
  }
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = 1
} finally {
  await client.close()
  await stores.close()
}
// A log's client may still wait for an answer that nobody needs.
process.exit()

function readOptionsOrEnd(): ReplayOptions {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        topic: { type: 'string' },
        partition: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        rebuild: { type: 'boolean', default: false },
        resume: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false }
      }
    })
    if (values.help) {
      process.stdout.write(HELP)
      process.exit(0)
    }
    return readOptions(values, positionals)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exit(2)
  }
}

async function readEnds(): Promise<LogEnd[]> {
  const all = [...topics, REJECTED_TOPIC]
  const kafka = kafkaConnection(config, readFileSync)
  if (kafka) {
    const { readKafkaEnds } = await import('./kafka-admin.ts')
    return readKafkaEnds({ ...kafka, topics: all })
  }
  const { readLogEnds } = await import('../embedded/log.ts')
  return readLogEnds(join(config.DATA_DIR, 'log'), all)
}

async function openConsumer(): Promise<EventConsumer> {
  const kafka = kafkaConnection(config, readFileSync)
  if (kafka) {
    const { openKafkaConsumer } = await import('./kafka.ts')
    return openKafkaConsumer({ ...kafka, group: WAREHOUSE_GROUP, exclusive: true })
  }
  const { openLogConsumer } = await import('../embedded/log.ts')
  return openLogConsumer({ dir: join(config.DATA_DIR, 'log'), group: WAREHOUSE_GROUP })
}

/** Both logs refuse a second one in the group, each in its own words. */
function explain(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  if (!/holds the lock|protocols are incompatible/.test(said)) return said
  return `Ingest is running, or another replay (${said}). Stop it first (the demo: Ctrl-C) and start it again afterwards; what comes meanwhile waits in the log.`
}
