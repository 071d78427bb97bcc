import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../models/contracts/config.ts'
import type { EventSender, LogMessage } from '../models/contracts/event-log.ts'
import { kafkaConnection } from '../models/contracts/kafka-connection.ts'
import { postEvents } from './collector.ts'
import { LockedError } from './log/lock.ts'

/** As many as the collector takes at once, with much to spare. */
const EVENTS_A_POST = 500
const ANSWER_MS_MAX = 30_000

/**
 * For processes that have little to say and are not the API. Kafka, where it is set, takes events from anybody. A partition
 * of the embedded log has one writer, which keeps it: the API, while it runs. So events go to its collector, as a shop's
 * do; without it into the log itself, which is let go of after each send, so that an API that starts finds it free.
 */
export async function openSender(config: Config): Promise<EventSender> {
  const kafka = kafkaConnection(config, readFileSync)
  if (kafka) {
    const { openKafkaSender } = await import('../ingest/kafka-sender.ts')
    return openKafkaSender(kafka)
  }
  return {
    async send(topic, messages) {
      if (messages.length === 0) return
      const key = await readServerKey(config)
      const url = `http://${config.HOST}:${config.PORT}`
      if (key !== undefined && (await answers(url))) await postAll(messages, { url, key })
      else await writeToLog(config, topic, messages)
    },
    close: async () => {}
  }
}

/** The setting, or what the demo made for this folder. */
export const readServerKey = async ({ SERVER_KEY, DATA_DIR }: Config): Promise<string | undefined> =>
  SERVER_KEY ?? (await readFile(join(DATA_DIR, 'server.key'), 'utf8').catch(() => undefined))

/** Whether an API listens there. */
export async function answers(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  return answer?.ok ?? false
}

async function postAll(messages: LogMessage[], to: { url: string; key: string }): Promise<void> {
  const stopped = AbortSignal.timeout(ANSWER_MS_MAX)
  for (let first = 0; first < messages.length; first += EVENTS_A_POST) {
    const texts = messages.slice(first, first + EVENTS_A_POST).map(({ value }) => value.toString())
    await postEvents(`[${texts.join(',')}]`, { ...to, stopped })
  }
}

async function writeToLog({ DATA_DIR }: Config, topic: string, messages: LogMessage[]): Promise<void> {
  const { openLogSender } = await import('./log.ts')
  const log = await openLogSender({ dir: join(DATA_DIR, 'log') })
  try {
    await log.send(topic, messages)
  } catch (cause) {
    if (!(cause instanceof LockedError)) throw cause
    throw new Error(
      'the API holds the log: set SERVER_KEY, HOST and PORT as it has them, so that events can go through it',
      { cause }
    )
  } finally {
    await log.close()
  }
}
