import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Redis } from 'ioredis'
import { schedule } from 'node-cron'
import { pino } from 'pino'
import { openSender } from '../embedded/sender.ts'
import { hasWarehouse, noWarehouse, openStores } from '../embedded/stores.ts'
import { leaveWithParent } from '../embedded/with-parent.ts'
import { readConfig } from '../models/contracts/config.ts'
import { servedKinds } from '../models/contracts/served.ts'
import { readHolidays } from './holidays.ts'
import { runJob, type JobPorts, type JobRun } from './job.ts'
import { jobs } from './jobs.ts'
import { showProgress } from './progress.ts'
import { readCurrent, takeTick } from './redis.ts'

const COLD_RETRY_MS = 5_000

const [command = '--help', ...flags] = process.argv.slice(2)
const together = jobs.filter((job) => !job.is_apart)
const chosen = command === 'all' ? together : jobs.filter((job) => job.name === command)
const flagsKnown = command === 'schedule' ? [] : ['--anyway']
const isWrong = flags.some((flag) => !flagsKnown.includes(flag))
if (isWrong || (command !== 'schedule' && chosen.length === 0)) {
  const list = jobs.map((job) => `  ${job.name.padEnd(14)} ${job.what} (${job.cron ?? 'by hand'})`)
  process.stdout.write(
    `npm run job <name> [-- --anyway]\n\n${list.join('\n')}\n  all            every job above, once, but for those that do another again\n  schedule       runs them on their schedules until stopped\n\n--anyway publishes what a job would refuse to publish, because it is worse than what is served.\n`
  )
  process.exit(command === '--help' ? 0 : 2)
}

const config = readConfig(process.env)
const log = pino({ name: 'jobs', level: config.LOG_LEVEL })
if (!hasWarehouse(config)) {
  process.stderr.write(noWarehouse(config))
  process.exit(2)
}
if (config.SHOP_HOLIDAYS !== undefined) {
  // A night's forecasts are late to hear of it.
  const year = new Date().getFullYear()
  await readHolidays(config.SHOP_HOLIDAYS, { first: year, last: year }).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  })
}
const onParentGone = leaveWithParent()
const stores = await openStores(config)
const clickhouse = createClient({
  ...stores.clickhouse,
  log: { level: ClickHouseLogLevel.OFF },
  request_timeout: 300_000
})
const redis = new Redis(stores.redis_url, { maxRetriesPerRequest: 3 })
redis.on('error', (error) => log.warn({ error: error.message }, 'serving store'))
const sender = await openSender(config)
const ports: JobPorts = {
  clickhouse,
  redis,
  config,
  sendEvents: (topic, messages) => sender.send(topic, messages),
  progress: showProgress(),
  anyway: flags.includes('--anyway')
}

if (command === 'schedule') await runOnSchedule()
else await runOnce()

async function runOnce(): Promise<void> {
  let failed = 0
  for (const job of chosen) {
    const run = await runJob(job, ports)
    process.stderr.write(
      `${run.ok ? '✓' : '✗'} ${job.name}: ${run.detail} (${(run.took_ms / 1000).toFixed(1)} s)\n`
    )
    if (!run.ok) failed++
  }
  await stop(failed > 0 ? 1 : 0)
}

/** A serving store that lacks something is filled at once; then every job has its own time, in one process of many. */
async function runOnSchedule(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0))
  onParentGone(() => void stop(0))
  const quiet = { ...ports, progress: () => {} }
  for (const job of jobs) {
    if (!job.cron) continue
    const tick = async (at: Date) => {
      if (!(await takeTick(redis, job.name, at))) return
      tell(await runJob(job, quiet))
    }
    schedule(
      job.cron,
      ({ date }) => tick(date).catch((error: unknown) => log.error({ err: error, job: job.name }, 'tick')),
      {
        name: job.name,
        noOverlap: true
      }
    )
  }
  log.info({ jobs: jobs.map((job) => `${job.name} ${job.cron ?? '-'}`) }, 'on schedule')
  await fillColdStore(quiet)
}

/** A serving store that lacks something is filled as soon as the warehouse answers. */
async function fillColdStore(quiet: JobPorts): Promise<void> {
  for (;;) {
    try {
      const current = await readCurrent(redis)
      if (servedKinds.every((kind) => current[kind])) return
      for (const job of together) tell(await runJob(job, quiet))
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'not yet')
    }
    await sleep(COLD_RETRY_MS)
  }
}

/** A job that failed is an operator's business: what a guard refused stays refused until somebody looks. */
function tell(run: JobRun): void {
  log[run.ok ? 'info' : 'error'](run, 'job')
}

async function stop(code: number): Promise<void> {
  redis.disconnect()
  await Promise.allSettled([sender.close(), clickhouse.close(), stores.close()])
  process.exit(code)
}
