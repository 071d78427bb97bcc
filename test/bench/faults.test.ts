import { expect, test } from 'vitest'
import { faults } from '../../bench/faults/kinds.ts'
import { playRounds } from '../../bench/faults/play-rounds.ts'
import { chooseRealKafka } from '../kafka-server.ts'
import { describeWith } from '../real-services.ts'

/** Both of those that crash include a kill -9 in the middle of a block. */
const NAMES = [
  'a view fails, then a crash: of orders',
  'sent twice, reordered: by two producers at once',
  'offsets lost: in the middle of a block',
  'rebalances: 3 consumers join and leave'
]
const TEST_MS_MAX = 400_000

// The rounds count what a Kafka holds, so it must be one that nobody else has written to.
const kafka = process.env['KAFKA_TEST_BROKERS']
  ? { missing: 'KAFKA_TEST_BROKERS is somebody else’s' }
  : await chooseRealKafka()

describeWith('storing under faults', kafka, () => {
  test(
    'loses nothing that was acknowledged and stores nothing twice',
    async () => {
      const chosen = faults.filter(({ kind, name }) => NAMES.includes(`${kind}: ${name}`))
      const { figures, failure } = await playRounds({
        seed: 4,
        rounds: NAMES.length,
        events: 500,
        chosen,
        tell: () => undefined
      })
      expect(chosen).toHaveLength(NAMES.length)
      expect(failure).toBeUndefined()
      expect(figures).toMatchObject({ rounds: NAMES.length, lost: 0, repeated: 0 })
      expect(figures.faults).toBeGreaterThanOrEqual(NAMES.length)
    },
    TEST_MS_MAX
  )
})
