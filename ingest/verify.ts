import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { openStores } from '../embedded/stores.ts'
import { readConfig } from '../models/contracts/config.ts'
import { checkFacts, checkMarts, checkReplay, type Check } from './checks.ts'

const HELP = `npm run verify

Proves that nothing was lost and nothing stored twice: the ranges of the log that were stored, the rows themselves, every
mart against its recomputation, and, after the demo, the totals of the shop's file. Ends with one line of JSON;
exit code 1 when anything is broken. It may run while events flow.
`
/** Rows on their way make a figure differ for a moment; what is broken stays broken. */
const LOOKS_MAX = 4
const LOOK_AGAIN_MS = 1_500

if (process.argv.includes('--help')) {
  process.stdout.write(HELP)
  process.exit(0)
}

const config = readConfig(process.env)
const stores = await openStores(config)
const client = createClient({
  ...stores.clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 600_000
})
try {
  const checks = [
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
  process.stdout.write(`${JSON.stringify({ ok: broken.length === 0, checks: checks.length, broken })}\n`)
  process.exitCode = broken.length === 0 ? 0 : 1
} finally {
  await client.close()
  await stores.close()
}

async function look(check: Check): Promise<string[]> {
  for (let looks = 1; ; looks++) {
    const problems = await check.problems()
    if (problems.length === 0 || looks === LOOKS_MAX) return problems
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}
