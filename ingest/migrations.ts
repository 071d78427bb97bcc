import { parseArgs } from 'node:util'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { hasWarehouse, openStores } from '../embedded/stores.ts'
import { readConfig } from '../models/contracts/config.ts'
import { migrate, readMigrations } from './migrate.ts'
import { renderCluster } from './migrate/cluster.ts'
import {
  describeFill,
  describeLeft,
  describePlan,
  describeStep,
  describeUnfillable
} from './migrate/describe.ts'
import { fillViews } from './migrate/fill.ts'
import { readNotes } from './migrate/notes.ts'
import { planMigrations } from './migrate/plan.ts'

const HELP = `npm run migrate
npm run migrate -- --plan
npm run -s migrate -- --cluster NAME

Brings the warehouse to the schema of this version: the files of ingest/schema in order, each statement once. Ingest does
the same when it starts. What ended half way goes on at the statement after, and it may run beside ingest. The tables of new
views are filled with what was stored before, each row once, while further events come in. --plan shows every statement,
with those that are applied, and changes nothing. --cluster prints the same schema for a cluster of that name, as statements
to be run there (docs/cluster.md).
Settings come from the environment, as for ingest (DATA_DIR, CLICKHOUSE_URL, SHOP_TIME_ZONE …).
Exit code 1 when it could not be done, 2 when it was asked for in a wrong way.
`

/** A block that is begun is recorded within moments, or by the next start of ingest. */
const PATIENCE_MS = 10_000

const { isPlan, cluster } = readOptionsOrEnd()
const config = readConfig(process.env)
try {
  if (cluster !== undefined) await printCluster(cluster)
  else if (isPlan && !hasWarehouse(config)) await plan()
  else await withWarehouse(isPlan ? plan : apply)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function readOptionsOrEnd(): { isPlan: boolean; cluster: string | undefined } {
  try {
    const { values } = parseArgs({
      options: {
        cluster: { type: 'string' },
        plan: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false }
      }
    })
    if (values.help) {
      process.stdout.write(HELP)
      process.exit(0)
    }
    if (values.plan && values.cluster !== undefined) throw new Error('--plan is of one server')
    return { isPlan: values.plan, cluster: values.cluster }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exit(2)
  }
}

async function withWarehouse(use: (client: ClickHouseClient) => Promise<void>): Promise<void> {
  const stores = await openStores(config)
  const client = createClient({
    ...stores.clickhouse,
    log: { level: ClickHouseLogLevel.OFF },
    request_timeout: 3_600_000
  })
  try {
    await use(client)
  } finally {
    await client.close()
    await stores.close()
  }
}

/** Without a warehouse nothing is applied, and none is made to find that out. */
async function plan(client?: ClickHouseClient): Promise<void> {
  const notes = client ? await readNotes(client) : []
  for (const line of describePlan(planMigrations(await readMigrations(config), notes))) say(line)
}

async function printCluster(name: string): Promise<void> {
  const statements = renderCluster(await readMigrations(config), name)
  process.stdout.write(statements.map((statement) => `${statement.trim()};\n`).join('\n'))
}

async function apply(client: ClickHouseClient): Promise<void> {
  const files = await migrate(client, config, {
    told: (step) => say(describeStep(step)),
    cannotFill: (views) => say(describeUnfillable(views))
  })
  say(files.length === 0 ? 'The schema is up to date.' : `Applied ${files.join(', ')}.`)
  const left = await fillViews(client, {
    told: (fill) => void process.stderr.write(`${describeFill(fill)}\n`),
    patienceMs: PATIENCE_MS
  })
  for (const fill of left) say(describeLeft(fill))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
