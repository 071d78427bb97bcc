import { setTimeout as sleep } from 'node:timers/promises'

export type SendOptions = {
  url: string
  key: string
  stopped: AbortSignal
  /** Set for what is known to be bad and only handed over to be kept with its reason. */
  mayReject?: boolean
}

const TRIES_MAX = 20
const BACK_OFF_MS_MAX = 5_000
const RETRY_AFTER_MS_MAX = 60_000

export type Posted = {
  accepted: number
  rejected: number
  /** How often it had to be sent again, because the collector was busy or away. */
  repeated: number
}
type CollectorAnswer = { accepted: number; rejected: number; results: { status: string; reason?: string }[] }

/** Posts a body of events until the collector takes it, waiting as long as a busy one asks (429 with Retry-After). */
export async function postEvents(
  body: string,
  { url, key, stopped, mayReject }: SendOptions
): Promise<Posted> {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body,
      signal: stopped
    }).catch((error: unknown) => {
      if (stopped.aborted || tries >= TRIES_MAX) throw error
      return undefined
    })
    if (answer?.status === 202) {
      const { accepted, rejected, results } = (await answer.json()) as CollectorAnswer
      if (rejected > 0 && !mayReject) {
        const first = results.find((result) => result.status !== 'accepted')
        throw new Error(
          `the collector refused ${rejected} events, for example: ${first?.reason ?? 'no reason given'}`
        )
      }
      return { accepted, rejected, repeated: tries - 1 }
    }
    const text = (await answer?.text()) ?? 'no answer'
    const mayPass = !answer || answer.status === 429 || answer.status >= 500
    if (!mayPass || tries >= TRIES_MAX) {
      throw new Error(`the collector answered ${answer?.status ?? 'nothing'}: ${text.slice(0, 500)}`)
    }
    await sleep(waitMs(answer, tries), undefined, { signal: stopped })
  }
}

/** What the collector asks for, within reason; otherwise twice as long every time. */
function waitMs(answer: Response | undefined, tries: number): number {
  const askedSeconds = Number(answer?.headers.get('retry-after') ?? Number.NaN)
  return askedSeconds > 0
    ? Math.min(RETRY_AFTER_MS_MAX, askedSeconds * 1000)
    : Math.min(BACK_OFF_MS_MAX, 100 * 2 ** tries)
}
