import { ANALYST_LIMITS } from '../models/contracts/analyst-limits.ts'
import { parseAnalysts } from '../models/contracts/analysts.ts'
import { readConfig } from '../models/contracts/config.ts'
import { renderAnalysts } from './analysts-sql.ts'

const HELP = `ANALYSTS=ana:secret,bob:secret2 npm run -s analysts -- sql

Prints the statements that make these analysts on a ClickHouse server: a profile with their limits, a role that may read
the marts, a quota, and the users, with hashes in place of their passwords. Run them as a user who may manage access:

  ANALYSTS=… npm run -s analysts -- sql | clickhouse-client --multiquery

The embedded warehouse needs none of this: there the setting ANALYSTS is enough. See docs/analysts.md.
`

const [command, ...more] = process.argv.slice(2)
if (command === '--help' || command === '-h') process.stdout.write(HELP)
else if (command === 'sql' && more.length === 0) printSql()
else {
  process.stderr.write(HELP)
  process.exitCode = 2
}

function printSql(): void {
  try {
    const { ANALYSTS } = readConfig(process.env)
    if (ANALYSTS === undefined) process.stderr.write('ANALYSTS is not set: there are no users among these.\n')
    const parsed = ANALYSTS === undefined ? { ok: true as const, analysts: [] } : parseAnalysts(ANALYSTS)
    if (!parsed.ok) throw new Error(`ANALYSTS: ${parsed.reason}`)
    const statements = renderAnalysts(parsed.analysts, ANALYST_LIMITS)
    process.stdout.write(statements.map((statement) => `${statement};\n`).join('\n'))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
