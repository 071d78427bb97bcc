import { createHmac } from 'node:crypto'

export type Webhook = { url: string; secret: string }
export type Delivery = { id: string; body: string }
/** Taken: done with. Refused: it will never be taken. Failed: perhaps later. */
export type Answer = { result: 'taken' | 'refused' | 'failed'; said: string }

const ANSWER_MS_MAX = 10_000
/** "Too slow" and "too often": the message itself is good. */
const PASSING = [408, 429]

/**
 * Posts a message, signed with the time of this attempt, so that a receiver can tell an old one that somebody plays back.
 * The address and the secret are in nothing that it says: an address may be a secret itself.
 */
export async function postSigned(
  { url, secret }: Webhook,
  { id, body }: Delivery,
  { nowMs, answerMsMax = ANSWER_MS_MAX }: { nowMs: number; answerMsMax?: number }
): Promise<Answer> {
  const seconds = Math.floor(nowMs / 1000)
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'flipside',
        'flipside-delivery': id,
        'flipside-signature': `t=${seconds},v1=${signatureOf({ secret, seconds, body })}`
      },
      body,
      // Whoever the receiver names was not named by the shop.
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMsMax)
    })
    await answer.body?.cancel()
    return { result: resultOf(answer.status), said: `the receiver answered ${answer.status}` }
  } catch (error) {
    return { result: 'failed', said: `the receiver did not answer: ${whyOf(error)}` }
  }
}

export const signatureOf = ({ secret, seconds, body }: { secret: string; seconds: number; body: string }) =>
  createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')

function resultOf(status: number): Answer['result'] {
  if (status >= 200 && status < 300) return 'taken'
  return status >= 400 && status < 500 && !PASSING.includes(status) ? 'refused' : 'failed'
}

/** A code, never a text: texts of the network name the address. */
function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.name : 'unknown'
}
