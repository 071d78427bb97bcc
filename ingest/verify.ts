import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { hasWarehouse, noWarehouse, openStores } from '../embedded/stores.ts'
import { readConfig } from '../models/contracts/config.ts'
import type { LogEnd } from '../models/contracts/event-log.ts'
import { kafkaConnection } from '../models/contracts/kafka-connection.ts'
import { REJECTED_TOPIC, topics } from '../models/contracts/topics.ts'
import { messageOf, verifyWarehouse, type Verified } from './checks.ts'
import { describeRun } from './checks/describe.ts'

const HELP = `npm run verify [-- --full]

Proves that nothing was lost and nothing stored twice: what the log holds against the ranges that were stored, the rows
themselves, every mart against its recomputation, and, after the demo, the totals of the shop's file. It goes on from where
the last run that found all in order ended; --full looks at everything again, and at whether what was verified before has
changed since. Ends with one line of JSON; exit code 1 when anything is broken, 2 when there is nothing to verify. It may
run while events flow.
`

if (process.argv.includes('--help')) {
  process.stdout.write(HELP)
  process.exit(0)
}
const unknown = process.argv.slice(2).filter((argument) => argument !== '--full')
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(' ')}\n\n${HELP}`)
  process.exit(2)
}
const isFull = process.argv.includes('--full')

const config = readConfig(process.env)
if (!hasWarehouse(config)) {
  process.stderr.write(noWarehouse(config))
  process.exit(2)
}
const startedMs = performance.now()
const stores = await openStores(config)
const client = createClient({
  ...stores.clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 600_000
})
try {
  const verified = await verifyWarehouse({ isFull }, { client, readEnds, dataDir: config.DATA_DIR, say })
  for (const line of await describeRun(client, verified)) process.stdout.write(`${line}\n`)
  process.stdout.write(`It took ${((performance.now() - startedMs) / 1000).toFixed(1)} s.\n`)
  report(verified)
} catch (error) {
  const problems = [messageOf(error)]
  say('verify could read the warehouse and the log', problems, 0)
  report({ checks: 0, broken: [{ check: 'verify could read the warehouse and the log', problems }] })
} finally {
  await client.close()
  await stores.close()
}

function say(check: string, problems: string[], tookMs: number): void {
  const took = tookMs < 1_000 ? '' : ` (${(tookMs / 1000).toFixed(1)} s)`
  process.stdout.write(`${problems.length === 0 ? '✓' : '✗'} ${check}${took}\n`)
  for (const problem of problems) process.stdout.write(`    ${problem}\n`)
}

function report({ checks, broken }: Pick<Verified, 'checks' | 'broken'>): void {
  process.stdout.write(`${JSON.stringify({ ok: broken.length === 0, checks, broken })}\n`)
  process.exitCode = broken.length === 0 ? 0 : 1
}

/** Read once: what comes while this runs is not asked for. */
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
