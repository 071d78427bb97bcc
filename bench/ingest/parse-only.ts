import { randomUUID } from 'node:crypto'
import { openKafkaConsumer } from '../../ingest/kafka.ts'
import { readConfig } from '../../models/contracts/config.ts'
import { kafkaConnection } from '../../models/contracts/kafka-connection.ts'
import { topics } from '../../models/contracts/topics.ts'

/**
 * The same consumer in a process of its own, only parsing JSON: what ingest is compared with. Reads as many records as
 * the first argument says, from the start, of the brokers in the second, and prints events a second and CPU
 * microseconds an event.
 */
const [events = '0', brokers = ''] = process.argv.slice(2)
const wanted = Number(events)
const kafka = kafkaConnection(readConfig({ KAFKA_BROKERS: brokers }), () => '')
if (!kafka) throw new Error('no brokers are named')
const consumer = await openKafkaConsumer({ ...kafka, group: `parse-only-${randomUUID()}` })
const done = Promise.withResolvers<void>()
let count = 0
let startedAtMs = 0
let usedBefore = process.cpuUsage()
const running = consumer.run(topics, {
  assigned: async () => 0,
  async records(_, records) {
    if (count === 0) {
      startedAtMs = performance.now()
      usedBefore = process.cpuUsage()
    }
    for (const { value } of records) JSON.parse(value.toString('utf8'))
    count += records.length
    if (count >= wanted) done.resolve()
  }
})
await Promise.race([done.promise, running])
const { user, system } = process.cpuUsage(usedBefore)
const seconds = (performance.now() - startedAtMs) / 1_000
const figures = {
  per_s: Math.round(count / seconds),
  cpu_us: (user + system) / count
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
await consumer.close()
