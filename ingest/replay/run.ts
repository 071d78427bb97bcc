import type { ClickHouseClient } from '@clickhouse/client'
import type { LogEnd } from '../../models/contracts/event-log.ts'
import { openWarehouse } from '../clickhouse.ts'
import { tableOf } from '../table-of.ts'
import type { HeldGroup, LogRange } from './hold-group.ts'
import { chooseEpoch, readUnfinished, writeStep, type Replay } from './journal.ts'
import type { ReplayOptions } from './options.ts'
import { rebuildMarts, refreshMarts } from './rebuild.ts'
import { replayRange, type ReplayTotals } from './replay-range.ts'

type Ports = {
  client: ClickHouseClient
  /** Held all the while, so that nobody else stores anything. */
  group: HeldGroup
  ends: LogEnd[]
  say(line: string): void
}

/** What was left half way comes first: until it is finished, marts may hold rows twice. */
export async function runReplay(options: ReplayOptions, ports: Ports): Promise<ReplayTotals | undefined> {
  refuseBegunRanges(ports.group)
  const unfinished = await readUnfinished(ports.client)
  const [left] = unfinished
  if (left && !(options.kind === 'range' && unfinished.every((replay) => isSame(replay, options.range)))) {
    if (options.kind !== 'resume' || unfinished.length > 1) {
      throw new Error(
        `${nameOf(left)} was begun and has not ended: \`npm run replay -- --resume\` finishes it`
      )
    }
  }
  if (options.kind === 'rebuild') {
    await rebuild(ports, { names: options.names })
    return undefined
  }
  if (options.kind === 'resume') {
    if (!left) ports.say('No replay was left half way.')
    return left && runOne(left, ports)
  }
  await checkRange(options.range, ports)
  const { range, isDryRun } = options
  const epoch = await chooseEpoch(ports.client, range.topic, tableOf(range.topic))
  const replay = left ?? { ...range, epoch, must_rebuild: false }
  if (isDryRun) return report(await read(replay, ports, true), replay, ports, true)
  if (!left) await writeStep(ports.client, replay, 'begun')
  return runOne(replay, ports)
}

async function runOne(replay: Replay, ports: Ports): Promise<ReplayTotals> {
  const totals = await read(replay, ports, false)
  if (totals.must_rebuild) await rebuild(ports, { source: tableOf(replay.topic) })
  else if (totals.stored > 0) await refreshMarts(ports.client)
  await writeStep(ports.client, replay, 'done')
  return report(totals, replay, ports, false)
}

function read(replay: Replay, { client, group, say }: Ports, isDryRun: boolean): Promise<ReplayTotals> {
  say(`${nameOf(replay)}${isDryRun ? ', only to see' : ''}`)
  const ports = {
    client,
    warehouse: openWarehouse(client),
    read: group.read,
    done: ({ first, last }: { first: number; last: number }) => say(`  ${first}-${last}`)
  }
  return replayRange(replay, ports, { isDryRun })
}

async function rebuild({ client, say }: Ports, wanted: Parameters<typeof rebuildMarts>[1]): Promise<void> {
  await rebuildMarts(client, wanted, (mart, rows) => say(`  made ${mart} anew: ${rows} rows`))
  await refreshMarts(client)
}

function report(totals: ReplayTotals, replay: Replay, { say }: Ports, isDryRun: boolean): ReplayTotals {
  const { records, stored, rejected, restored, repeats, erased } = totals
  say(
    `${nameOf(replay)} ${isDryRun ? 'would be' : 'is'} done: ${records} records, ${stored} stored for the first time, ${rejected} rejected, ` +
      `${repeats} counted before (${restored} rows brought back), ${erased} of people who are forgotten`
  )
  return totals
}

/** A repeated insert of such a range is harmless only where its token is known, which a table made anew does not. */
function refuseBegunRanges({ committed }: HeldGroup): void {
  const begun = committed.filter((at) => at.committed?.metadata)
  if (begun.length === 0) return
  const names = begun.map(({ topic, partition }) => `${topic}/${partition}`).join(', ')
  throw new Error(
    `Ingest ended in the middle of a range (${names}): start it, and stop it again when it has stored what waits.`
  )
}

async function checkRange({ topic, partition, first, last }: LogRange, ports: Ports): Promise<void> {
  const name = `${topic}/${partition}`
  const end = ports.ends.find((one) => one.topic === topic && one.partition === partition)
  if (!end) throw new Error(`the log has no ${name}`)
  if (first < end.start) {
    throw new Error(`the log no longer holds offset ${first} of ${name}: it begins at ${end.start} by now`)
  }
  const next = await openWarehouse(ports.client).nextOffset({ topic, partition })
  const known = ports.group.committed.find((one) => one.topic === topic && one.partition === partition)
  const stored = Math.min(next, known?.committed?.offset ?? next)
  if (last >= stored) {
    throw new Error(
      `${name}: ingest has come to offset ${stored} only, so ${last} is not there to be replayed`
    )
  }
}

const isSame = (replay: Replay, range: LogRange) =>
  (['topic', 'partition', 'first', 'last'] as const).every((key) => replay[key] === range[key])

const nameOf = ({ topic, partition, first, last, epoch }: Replay) =>
  `Replay ${epoch} of ${topic}/${partition}, offsets ${first}-${last}`
