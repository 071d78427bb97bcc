import type { ShopEvent } from '../../models/contracts/events.ts'
import { checkRound, type Findings } from './check-round.ts'
import { openCrew } from './crew.ts'
import type { Fault } from './fault.ts'
import { openLedger, type Ledger } from './ledger.ts'
import { openRandom, type Random } from './random.ts'
import { openTraffic } from './traffic.ts'
import { openWorld, type World } from './world.ts'

const EVIDENCE_LINES = 60

export type Tally = { rounds: number; faults: number; events: number; restarts: number; seconds: number }
export type Played = {
  figures: { rounds: number; events: number; faults: number; lost: number; repeated: number }
  kinds: ReadonlyMap<string, Tally>
  /** Which round broke what, with the evidence. */
  failure: string | undefined
}
type Course = { random: Random; ledger: Ledger; sent: ShopEvent[]; events: number }
type RoundEnd = { count: number; findings: Findings; restarts: number; lines: string[] }

/** Rounds in one world, one after another, until they are done or one finds something wrong. */
export async function playRounds(options: {
  seed: number
  rounds: number
  events: number
  chosen: readonly Fault[]
  tell(line: string): void
}): Promise<Played> {
  const { seed, events } = options
  const course: Course = { random: openRandom(seed), ledger: openLedger(), sent: [], events }
  const kinds = new Map<string, Tally>()
  const figures = { rounds: 0, events: 0, faults: 0, lost: 0, repeated: 0 }
  const world = await openWorld()
  try {
    // Of somebody else's Kafka no more than its plain listener is known.
    const mayStopBroker = world.kafka.secured !== undefined
    for (const fault of drawFaults(course.random, { ...options, mayStopBroker })) {
      const beganMs = performance.now()
      const round = ++figures.rounds
      const { count, findings, restarts, lines } = await playRound(world, fault, round, course)
      const seconds = (performance.now() - beganMs) / 1_000
      const acknowledged = course.ledger.acknowledged - figures.events
      add(kinds, fault.kind, { rounds: 1, faults: count, events: acknowledged, restarts, seconds })
      figures.events += acknowledged
      figures.faults += count
      figures.lost = findings.lost
      figures.repeated = findings.repeated
      const what = `round ${round}, ${fault.kind}: ${fault.name}`
      options.tell(`${what}, ${acknowledged} events, ${restarts} restarts, ${seconds.toFixed(1)} s`)
      if (findings.problems.length > 0) {
        const evidence = [...findings.problems, ...lines.slice(-EVIDENCE_LINES)].join('\n  ')
        return { figures, kinds, failure: `seed ${seed}, ${what}:\n  ${evidence}` }
      }
    }
    return { figures, kinds, failure: undefined }
  } finally {
    await world.close()
  }
}

/** Every fault once before any comes again, in an order that is drawn. */
function drawFaults(
  random: Random,
  { rounds, chosen, mayStopBroker }: { rounds: number; chosen: readonly Fault[]; mayStopBroker: boolean }
): Fault[] {
  const usable = chosen.filter((fault) => mayStopBroker || !fault.stopsBroker)
  const again = usable.filter((fault) => !fault.isLong)
  const deck = random.shuffle(usable)
  while (deck.length < rounds) deck.push(...random.shuffle(again.length > 0 ? again : usable))
  return deck.slice(0, rounds)
}

async function playRound(world: World, fault: Fault, round: number, course: Course): Promise<RoundEnd> {
  const { random, events, ledger } = course
  const traffic = await openTraffic(world, { ...course, round })
  const crew = openCrew(world)
  const end = { count: 0, findings: { problems: [] as string[], lost: 0, repeated: 0 } }
  try {
    end.count = await fault.strike({ world, crew, traffic, random, events })
    await world.waitUntilStored()
    await crew.leave()
  } catch (error) {
    end.findings.problems.push(explain(error))
  }
  const found = await checkRound(world, ledger).catch((error: unknown) => ({
    ...end.findings,
    problems: [`it cannot be checked: ${explain(error)}`]
  }))
  await crew.kill()
  await traffic.close()
  const findings = { ...found, problems: [...end.findings.problems, ...found.problems] }
  return { count: end.count, findings, restarts: crew.restarts(), lines: crew.lines }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`
}

function add(kinds: Map<string, Tally>, kind: string, round: Tally): void {
  const sum = kinds.get(kind) ?? { rounds: 0, faults: 0, events: 0, restarts: 0, seconds: 0 }
  kinds.set(kind, {
    rounds: sum.rounds + round.rounds,
    faults: sum.faults + round.faults,
    events: sum.events + round.events,
    restarts: sum.restarts + round.restarts,
    seconds: sum.seconds + round.seconds
  })
}
