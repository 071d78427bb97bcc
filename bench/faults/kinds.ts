import { killAnywhere, killAt, rebalance, zombieAt } from './consumer-faults.ts'
import type { Fault } from './fault.ts'
import { deleteOffsets, loseIntent, loseOffsets, setBackOffsets } from './offset-faults.ts'
import { points } from './points.ts'
import { failView, restartBroker, sendTwice, stopWarehouse } from './service-faults.ts'

const DOWN_MS_MAX = 30_000

/** Every way to break things. */
export const faults: readonly Fault[] = [
  ...points.map(killAt),
  { kind: 'kill -9 of a consumer', name: 'killed at any moment', strike: killAnywhere },
  ...(['before intent', 'before insert', 'during insert', 'after insert', 'before commit'] as const).map(
    zombieAt
  ),
  {
    kind: 'broker restart',
    name: 'killed',
    strike: (round) => restartBroker(round, true),
    stopsBroker: true
  },
  {
    kind: 'broker restart',
    name: 'in good order',
    strike: (round) => restartBroker(round, false),
    stopsBroker: true
  },
  {
    kind: 'warehouse down',
    name: 'silent for 30 s',
    strike: (round) => stopWarehouse(round, 'freeze', DOWN_MS_MAX),
    isLong: true
  },
  { kind: 'warehouse down', name: 'silent for a while', strike: (round) => stopWarehouse(round, 'freeze') },
  { kind: 'warehouse down', name: 'killed', strike: (round) => stopWarehouse(round, 'kill') },
  { kind: 'a view fails, then a crash', name: 'of orders', strike: (round) => failView(round, 'raw.orders') },
  { kind: 'a view fails, then a crash', name: 'of stock', strike: (round) => failView(round, 'raw.stock') },
  { kind: 'sent twice, reordered', name: 'by two producers at once', strike: sendTwice },
  { kind: 'rebalances', name: '3 consumers join and leave', strike: rebalance },
  { kind: 'offsets lost', name: 'the group deleted', strike: (round) => loseOffsets(round, deleteOffsets) },
  { kind: 'offsets lost', name: 'set back', strike: (round) => loseOffsets(round, setBackOffsets) },
  { kind: 'offsets lost', name: 'in the middle of a block', strike: loseIntent }
]
