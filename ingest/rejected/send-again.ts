import { setTimeout as sleep } from 'node:timers/promises'
import type { EventSender } from '../../models/contracts/event-log.ts'
import type { Outgoing } from './judge.ts'
import type { SendAgain } from './replay.ts'

/** Straight into the log. */
export const sendToLog =
  (sender: Pick<EventSender, 'send'>): SendAgain =>
  async (events) => {
    for (const [topic, some] of Map.groupBy(events, (one) => one.topic)) {
      await sender.send(
        topic,
        some.map(({ key, event }) => ({ key, value: JSON.stringify(event) }))
      )
    }
    return events.map(() => undefined)
  }

const BODY_BYTES_MAX = 1_000_000
const TRIES_MAX = 5
const WAIT_MS_MAX = 10_000
const ANSWER_MS_MAX = 30_000

/** Through the collector, which holds the embedded log while it runs. It checks everything once more. */
export const sendToCollector =
  ({ url, key }: { url: string; key: string }): SendAgain =>
  async (events) => {
    const refusals: (string | undefined)[] = []
    for (const part of cutParts(events)) refusals.push(...(await post(part, { url, key })))
    return refusals
  }

function cutParts(events: Outgoing[]): string[][] {
  const parts: string[][] = []
  let bytes = Infinity
  for (const { event } of events) {
    const text = JSON.stringify(event)
    bytes += text.length
    if (bytes <= BODY_BYTES_MAX) parts.at(-1)?.push(text)
    else {
      parts.push([text])
      bytes = text.length
    }
  }
  return parts
}

type Answer = { results: { status: string; reason?: string }[] }

async function post(texts: string[], to: { url: string; key: string }): Promise<(string | undefined)[]> {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(new URL('/v1/events', to.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${to.key}` },
      body: `[${texts.join(',')}]`,
      signal: AbortSignal.timeout(ANSWER_MS_MAX)
    })
    if (answer.status === 202) {
      const { results } = (await answer.json()) as Answer
      return results.map(({ status, reason }) =>
        status === 'accepted' ? undefined : (reason ?? 'no reason given')
      )
    }
    const text = (await answer.text()).slice(0, 300)
    const mayPass = answer.status === 429 || answer.status >= 500
    if (!mayPass || tries === TRIES_MAX) {
      throw new Error(`the collector at ${to.url} answered ${answer.status}: ${text}`)
    }
    const seconds = Number(answer.headers.get('retry-after') ?? 1)
    await sleep(Math.min(WAIT_MS_MAX, 1_000 * (Number.isFinite(seconds) ? seconds : 1)))
  }
}
