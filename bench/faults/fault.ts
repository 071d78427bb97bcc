import type { Crew } from './crew.ts'
import type { Random } from './random.ts'
import type { Traffic } from './traffic.ts'
import type { World } from './world.ts'

export type Round = { world: World; crew: Crew; traffic: Traffic; random: Random; events: number }
/** A way to break things. When it is over, consumers run, and everything works again. */
export type Fault = {
  kind: string
  name: string
  /** Answers how many faults it injected. */
  strike(round: Round): Promise<number>
  /** Stops the broker, which is only done to one of our own. */
  stopsBroker?: boolean
  /** Once is enough. */
  isLong?: boolean
}
