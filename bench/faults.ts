import { parseArgs } from 'node:util'
import { faults } from './faults/kinds.ts'
import { playRounds, type Tally } from './faults/play-rounds.ts'

export const help = `Storing under faults: everything acknowledged is stored, and nothing twice, against a real Kafka.

Each of --rounds (50) sends --events (3000) to one Kafka, bad ones and repeats among them, runs one to three consumer
processes that store them in one embedded warehouse, and does something to them: kill -9 at a point of the block protocol,
SIGSTOP past the session time-out, a broker or a warehouse that is stopped or killed, a view that fails half-way before a
crash, everything sent twice at once, consumers that come and go, committed offsets that are lost. Then all that was ever
acknowledged is compared with what is stored, and npm run verify -- --full must find nothing. The first failure ends the
run, with its evidence and exit code 1. --seed (1) repeats the draws; the moments at which processes run are the machine's
own. --only TEXT leaves only the faults whose name contains it.

Needs Java 17 and Maven (the broker's jars are fetched once), or Docker, or KAFKA_TEST_BROKERS: then the topics there must
be empty, and nobody stops that broker. About 15 minutes on two cores, if they do nothing else.`

export async function run(args: string[]): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '50' },
      events: { type: 'string', default: '3000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' }
    }
  })
  const chosen = faults.filter(({ kind, name }) => `${kind}: ${name}`.includes(values.only))
  if (chosen.length === 0) throw new Error(`no fault is named ${values.only}`)
  const { figures, kinds, failure } = await playRounds({
    seed: Number(values.seed),
    rounds: Number(values.rounds),
    events: Number(values.events),
    chosen,
    tell: (line) => process.stderr.write(`${line}\n`)
  })
  process.stdout.write(tableOf(kinds))
  if (failure !== undefined) {
    process.stdout.write(`${failure}\n`)
    process.exitCode = 1
  }
  return figures
}

function tableOf(kinds: ReadonlyMap<string, Tally>): string {
  const head = ['kind', 'rounds', 'faults', 'events', 'restarts', 's a round']
  const rows = [...kinds].map(([kind, { rounds, faults: count, events, restarts, seconds }]) => [
    kind,
    ...[rounds, count, events, restarts].map(String),
    (seconds / rounds).toFixed(1)
  ])
  return [head, ...rows]
    .map(
      ([kind = '', ...figures]) =>
        `${kind.padEnd(42)}${figures.map((figure) => figure.padStart(11)).join('')}\n`
    )
    .join('')
}
