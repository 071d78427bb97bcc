import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { openStores } from '../embedded/stores.ts'
import { readConfig } from '../models/contracts/config.ts'
import type { LogEnd } from '../models/contracts/event-log.ts'
import { REJECTED_TOPIC, topics } from '../models/contracts/topics.ts'
import { checkFacts, checkLog, checkMarts, checkReplay, type Check } from './checks.ts'

const HELP = `npm run verify

Proves that nothing was lost and nothing stored twice: what the log holds against the ranges that were stored, the rows
themselves, every mart against its recomputation (daily sales are refreshed first), and, after the demo, the totals of the
shop's file. Ends with one line of JSON; exit code 1 when anything is broken, 2 when there is nothing to verify. It may run
while events flow.
`
/** Rows on their way make a figure differ for a moment; what is broken stays broken. */
const LOOKS_MAX = 4
const LOOK_AGAIN_MS = 1_500

if (process.argv.includes('--help')) {
  process.stdout.write(HELP)
  process.exit(0)
}

const config = readConfig(process.env)
if (!config.CLICKHOUSE_URL && !existsSync(join(config.DATA_DIR, 'warehouse'))) {
  process.stderr.write(
    `There is nothing to verify in ${config.DATA_DIR}: start the demo first, or set CLICKHOUSE_URL.\n`
  )
  process.exit(2)
}
const stores = await openStores(config)
const client = createClient({
  ...stores.clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 600_000
})
try {
  const checks = [
    checkLog(client, await readEnds()),
    ...(await checkFacts(client)),
    ...(await checkMarts(client)),
    ...(await checkReplay(client, config.DATA_DIR))
  ]
  const broken: { check: string; problems: string[] }[] = []
  for (const check of checks) {
    const problems = await look(check)
    process.stdout.write(`${problems.length === 0 ? '✓' : '✗'} ${check.name}\n`)
    for (const problem of problems) process.stdout.write(`    ${problem}\n`)
    if (problems.length > 0) broken.push({ check: check.name, problems })
  }
  report(checks.length, broken)
} catch (error) {
  process.stdout.write(`✗ ${messageOf(error)}\n`)
  report(0, [{ check: 'verify could read the warehouse and the log', problems: [messageOf(error)] }])
} finally {
  await client.close()
  await stores.close()
}

function report(checks: number, broken: { check: string; problems: string[] }[]): void {
  process.stdout.write(`${JSON.stringify({ ok: broken.length === 0, checks, broken })}\n`)
  process.exitCode = broken.length === 0 ? 0 : 1
}

/** Read once: what comes while this runs is not asked for. */
async function readEnds(): Promise<LogEnd[]> {
  const all = [...topics, REJECTED_TOPIC]
  if (config.KAFKA_BROKERS) {
    const { readKafkaEnds } = await import('./kafka-admin.ts')
    return readKafkaEnds({
      brokers: config.KAFKA_BROKERS.split(','),
      clientId: config.KAFKA_CLIENT_ID,
      topics: all
    })
  }
  const { readLogEnds } = await import('../embedded/log.ts')
  return readLogEnds(join(config.DATA_DIR, 'log'), all)
}

async function look(check: Check): Promise<string[]> {
  for (let looks = 1; ; looks++) {
    // A check that cannot be made proves nothing.
    const problems = await check.problems().catch((error: unknown) => [messageOf(error)])
    if (problems.length === 0 || looks === LOOKS_MAX) return problems
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
