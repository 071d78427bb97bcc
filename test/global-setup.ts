import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TestProject } from 'vitest/node'
import { chooseRealKafka, type KafkaAddresses, type RealKafka } from './kafka-server.ts'

export type SharedKafka = KafkaAddresses | { missing: string }

/**
 * One Kafka for the whole run, started when the first suite asks for it and not before. Suites run in processes of
 * their own, so they ask over HTTP.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let kafka: RealKafka | undefined
  let answer: Promise<SharedKafka> | undefined

  async function start(): Promise<SharedKafka> {
    const choice = await chooseRealKafka()
    if ('missing' in choice) return choice
    kafka = await choice.start()
    const { brokers, secured } = kafka
    return { brokers, secured }
  }

  const server = createServer((_request, response) => {
    answer ??= start().catch((error: unknown) => ({ missing: String(error).trim() }))
    void answer.then((found) => response.end(JSON.stringify(found)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  project.provide(
    'sharedKafkaUrl',
    `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`
  )

  return async () => {
    server.closeAllConnections()
    server.close()
    await answer
    await kafka?.close()
  }
}
