import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { answers, readServerKey } from '../embedded/sender.ts'
import { hasWarehouse, noWarehouse, openStores } from '../embedded/stores.ts'
import { readConfig } from '../models/contracts/config.ts'
import { kafkaConnection } from '../models/contracts/kafka-connection.ts'
import { readOptions, type RejectedOptions } from './rejected/options.ts'
import { printList, printOne } from './rejected/print.ts'
import { readGroups, readNewest, readOne, readPages } from './rejected/read.ts'
import { replayRejected, type SendAgain } from './rejected/replay.ts'
import { sendToCollector, sendToLog } from './rejected/send-again.ts'
import { writePlace } from './rejected/row.ts'

const HELP = `npm run rejected -- list [--since 2026-01-01] [--topic T] [--reason TEXT] [--limit 20] [--all]
npm run rejected -- show <place>
npm run rejected -- replay [<place> … | --since … --topic … --reason …] [--dry-run] [--url http://127.0.0.1:8080]

Messages that were refused, with their bytes and the reason. A place is topic/partition@offset, as list shows it
(flipside.orders/3@1234). list shows what is open: neither sent again nor stored by a replay; --all shows all.

replay is for after a mistake of this software was mended: it checks the kept bytes again and sends what is valid now to its
topic, with its own event_id, so nothing is stored twice, and with no more rights than the key that it came with. What its
sender mends, its sender sends again. While the API holds the embedded log, events go through the API (--url says where it
listens, if not at HOST and PORT).
`

const options = readOptionsOrEnd()
const config = readConfig(process.env)
if (!hasWarehouse(config)) {
  process.stderr.write(noWarehouse(config))
  process.exit(2)
}
const stores = await openStores(config)
const client = createClient({ ...stores.clickhouse, log: { level: ClickHouseLogLevel.OFF } })
let closeSender = async (): Promise<void> => {}
try {
  await run()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  await closeSender()
  await client.close()
  await stores.close()
}

async function run(): Promise<void> {
  if (options.kind === 'help') return
  if (options.kind === 'list') {
    const newest = await readNewest(client, options.filter, options.limit)
    process.stdout.write(printList(await readGroups(client, options.filter), newest))
  } else if (options.kind === 'show') {
    const row = await readOne(client, options.place)
    if (!row) throw new Error(`nothing was rejected at ${writePlace(options.place)}`)
    process.stdout.write(printOne(row))
  } else {
    const { filter, isDryRun, url } = options
    const say = (line: string) => void process.stdout.write(`${line}\n`)
    const send = isDryRun ? async () => [] : await openSend(url)
    const counts = await replayRejected(readPages(client, filter), { client, send, say }, { isDryRun })
    say(
      `${counts.sent} ${isDryRun ? 'would be ' : ''}sent, ${counts.still_wrong} still wrong, ${counts.refused} refused.`
    )
  }
}

function readOptionsOrEnd(): RejectedOptions {
  try {
    const read = readOptions(process.argv.slice(2))
    if (read.kind !== 'help') return read
    process.stdout.write(HELP)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
    process.exit(2)
  }
}

/** Kafka takes events from anybody who may write to it. The embedded log has one writer a partition: the API, when it runs. */
async function openSend(url: string | undefined): Promise<SendAgain> {
  const kafka = kafkaConnection(config, readFileSync)
  if (kafka) {
    const { openKafkaSender } = await import('./kafka-sender.ts')
    const sender = openKafkaSender(kafka)
    closeSender = sender.close
    return sendToLog(sender)
  }
  const collector = url ?? `http://${config.HOST}:${config.PORT}`
  const key = await readServerKey(config)
  if (url !== undefined || (await answers(collector))) {
    if (!key) throw new Error(`set SERVER_KEY: the API at ${collector} holds the log, and asks for it`)
    return sendToCollector({ url: collector, key })
  }
  const { openLogSender } = await import('../embedded/log.ts')
  const sender = await openLogSender({ dir: join(config.DATA_DIR, 'log') })
  closeSender = sender.close
  const send = sendToLog(sender)
  return (events) => send(events).catch((error: unknown) => Promise.reject(explain(error)))
}

function explain(error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error)
  if (!said.includes('holds the lock')) return new Error(said, { cause: error })
  return new Error(`The API holds the log (${said}): say where it listens with --url http://127.0.0.1:…`, {
    cause: error
  })
}
