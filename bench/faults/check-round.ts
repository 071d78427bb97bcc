import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { formatMoney, parseMoney } from '../../models/contracts/money.ts'
import type { Ledger } from './ledger.ts'
import type { World } from './world.ts'

const VERIFY = fileURLToPath(new URL('../../ingest/verify.ts', import.meta.url))
const VERIFY_MS_MAX = 120_000
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024
const EXAMPLES_MAX = 10

/** What is wrong, in sentences; none when nothing is. All rounds so far are checked, not only the last. */
export type Findings = { problems: string[]; lost: number; repeated: number }

export async function checkRound(world: World, ledger: Ledger): Promise<Findings> {
  const findings: Findings = { problems: [], lost: 0, repeated: 0 }
  await Promise.all([
    checkByVerify(world, findings),
    checkEvents(world, ledger, findings),
    checkRejected(world, ledger, findings),
    checkAmounts(world, ledger, findings)
  ])
  return findings
}

/** Each acknowledged event once, at its own place, and nothing that nobody sent. */
async function checkEvents({ warehouse }: World, { events }: Ledger, findings: Findings): Promise<void> {
  const rows = await warehouse.rows<{ event_id: string; topic: string; places: string[] }>(
    `SELECT toString(event_id) AS event_id, topic, groupArray(concat(toString(partition), ':', toString(offset))) AS places
     FROM ops.stored_places GROUP BY event_id, topic`
  )
  const stored = new Map(rows.map((row) => [row.event_id, row]))
  const lost = [...events].filter(([id, { topic }]) => stored.get(id)?.topic !== topic)
  const repeated = rows.filter(({ places }) => places.length > 1)
  const unknown = rows.filter(({ event_id }) => !events.has(event_id))
  findings.lost += lost.length
  findings.repeated += repeated.length
  report(
    findings,
    'acknowledged and not stored',
    lost.map(([id, { round }]) => `${id} of round ${round}`)
  )
  report(
    findings,
    'stored more than once',
    repeated.map(({ event_id, places }) => `${event_id} at ${places.join(', ')}`)
  )
  report(
    findings,
    'stored and never acknowledged',
    unknown.map(({ event_id }) => event_id)
  )
  const places = await warehouse.rows<{ place: string }>(
    `SELECT concat(topic, '/', toString(partition), ':', toString(offset)) AS place
     FROM (SELECT topic, partition, offset FROM ops.stored_places UNION ALL SELECT topic, partition, offset FROM raw.rejected)
     GROUP BY place HAVING count() > 1`
  )
  findings.repeated += places.length
  report(
    findings,
    'places of the log stored more than once',
    places.map(({ place }) => place)
  )
}

/** As often as it was acknowledged; a send whose end nobody knows may have left one more. */
async function checkRejected({ warehouse }: World, { bad }: Ledger, findings: Findings): Promise<void> {
  const rows = await warehouse.rows<{ body: string; held: number }>(
    'SELECT body, toUInt32(count()) AS held FROM raw.rejected GROUP BY body'
  )
  const held = new Map(rows.map((row) => [row.body, row.held]))
  const wrong = [...bad].filter(([body, { tried, acknowledged }]) => {
    const count = held.get(body) ?? 0
    findings.lost += Math.max(0, acknowledged - count)
    findings.repeated += Math.max(0, count - tried)
    return count < acknowledged || count > tried
  })
  const unknown = rows.filter(({ body }) => !bad.has(body))
  report(
    findings,
    'bad messages not held as often as they were sent',
    wrong.map(
      ([body, counts]) =>
        `${JSON.stringify(body.slice(-40))} ${JSON.stringify(counts)}, held ${held.get(body) ?? 0}`
    )
  )
  report(
    findings,
    'rejected, but good or never sent',
    unknown.map(({ body }) => body.slice(0, 200))
  )
}

/** The money of all orders and refunds, where it arrived and where analysts read it. */
async function checkAmounts({ warehouse }: World, { events }: Ledger, findings: Findings): Promise<void> {
  const [row] = await warehouse.rows<Record<string, string>>(
    `SELECT
      (SELECT toString(sum(line.quantity * line.unit_price)) FROM raw.orders ARRAY JOIN lines AS line) AS raw,
      (SELECT toString(sum(amount)) FROM mart.order_lines) AS lines,
      (SELECT toString(sum(amount)) FROM mart.order_steps WHERE step IN ('order_placed', 'order_refunded')) AS steps`
  )
  const sent = [...events.values()].reduce((sum, { amount }) => sum + amount, 0n)
  const wrong = Object.entries(row ?? {}).filter(([, held]) => parseMoney(held) !== sent)
  report(
    findings,
    `sums of money are not ${formatMoney(sent)}`,
    wrong.map(([place, held]) => `${place} ${held}`)
  )
}

/** The project's own proof, as people run it. */
async function checkByVerify({ dir, connection, warehouse }: World, findings: Findings): Promise<void> {
  const { url, username, password } = warehouse.address
  const env = {
    ...process.env,
    DATA_DIR: dir,
    KAFKA_BROKERS: connection.brokers.join(','),
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password
  }
  const options = { env, timeout: VERIFY_MS_MAX, killSignal: 'SIGKILL', maxBuffer: OUTPUT_BYTES_MAX } as const
  const said = await promisify(execFile)(process.execPath, [VERIFY, '--full'], options).catch(
    (error: { stdout?: string; stderr?: string }) => ({
      stdout: error.stdout ?? '',
      stderr: error.stderr ?? ''
    })
  )
  const last = said.stdout.trim().split('\n').at(-1) ?? ''
  if (isClean(last)) return
  findings.problems.push(`verify --full: ${`${said.stdout}${said.stderr}`.trim().slice(-4_000)}`)
}

function isClean(line: string): boolean {
  try {
    const result: unknown = JSON.parse(line)
    return typeof result === 'object' && result !== null && 'ok' in result && result.ok === true
  } catch {
    return false
  }
}

function report(findings: Findings, what: string, examples: string[]): void {
  if (examples.length === 0) return
  const more = examples.length > EXAMPLES_MAX ? ' …' : ''
  findings.problems.push(`${examples.length} ${what}: ${examples.slice(0, EXAMPLES_MAX).join('; ')}${more}`)
}
