import type { Problem } from './options.ts'
import { EVENT, STORE, type Store } from './store.ts'

const BATCH_EVENTS_MAX = 50
const BATCH_MS = 5_000
/** At most 60 KB, as all beacons that are under way together may hold 64 KiB. */
const BODY_CHARS_MAX = 20_000
const WAITING_EVENTS_MAX = 500
const WAITING_CHARS_MAX = 256 * 1024
const WAITING_MS_MAX = 7 * 86_400_000
/** Until then an event is left to the page that made it. */
const ADOPT_AFTER_MS = 30_000
const ANSWER_MS_MAX = 30_000
const DELAY_MS_MIN = 1_000
const DELAY_MS_MAX = 10 * 60_000
const WAIT_UNTIL = `${STORE}wait`

/**
 * Sends what waits in the store, in batches, one request at a time. An event waits until an answer has confirmed it.
 * A beacon has no answer, so what it took is sent once more: the repeat has the same `event_id` and is stored once.
 */
export function createSender(address: string, store: Store, onProblem: (problem: Problem) => void) {
  /** The events of this page, and whether a beacon took them. */
  const own = new Map<string, boolean>()
  let sending: Promise<boolean> | undefined
  let isAccepted = true
  let timer: ReturnType<typeof setTimeout> | undefined
  let timerAtMs = Infinity
  let pausedUntilMs = 0
  let failureCount = 0
  let batchEventsMax = BATCH_EVENTS_MAX

  const due = () => store.eventNames().filter((name) => own.has(name) || ageMs(name) > ADOPT_AFTER_MS)
  // What a server asked for holds for all tabs; what this page ran into itself, for this page.
  const delayMs = () => {
    const restMs = Math.max(pausedUntilMs, Number(store.read(WAIT_UNTIL) ?? 0)) - Date.now()
    // More than was ever asked for: the clock was set back.
    return restMs > DELAY_MS_MAX ? 0 : restMs
  }
  const charsOf = (name: string) => `${store.read(name)},`.length
  const remove = (name: string) => {
    store.remove(name)
    own.delete(name)
  }

  const add = (event_id: string, text: string): void => {
    own.set(EVENT + event_id, false)
    store.write(EVENT + event_id, text)
    dropExcess()
    if (due().length < BATCH_EVENTS_MAX) schedule()
    else void flush()
  }
  const dropExcess = () => {
    let chars = 0
    const excess = store
      .eventNames()
      .toReversed()
      .filter((name, i) => {
        chars += charsOf(name)
        return i >= WAITING_EVENTS_MAX || chars > WAITING_CHARS_MAX || ageMs(name) > WAITING_MS_MAX
      })
    excess.forEach(remove)
    if (excess[0]) onProblem({ kind: 'dropped', count: excess.length })
  }
  const schedule = (): void => {
    if (!store.eventNames()[0]) return
    const atMs = Date.now() + Math.max(delayMs(), BATCH_MS + (due()[0] ? 0 : ADOPT_AFTER_MS))
    if (atMs >= timerAtMs) return
    clearTimeout(timer)
    timerAtMs = atMs
    timer = setTimeout(() => void flush(), atMs - Date.now())
  }

  /** Resolves to whether all was accepted; at once when the server or the network asks for patience. */
  const flush = (): Promise<boolean> => {
    clearTimeout(timer)
    timerAtMs = Infinity
    return (sending ??= Promise.resolve().then(sendDue).finally(settle))
  }
  const settle = () => {
    sending = undefined
    schedule()
  }
  const sendDue = async () => {
    isAccepted = true
    dropExcess()
    for (;;) {
      const names = takeBatch(due(), batchEventsMax)
      if (!names[0]) return isAccepted
      if (delayMs() > 0) return false
      await sendBatch(names)
    }
  }
  const takeBatch = (names: string[], countMax: number) => {
    let chars = 0
    return names.slice(0, countMax).filter((name, i) => (chars += charsOf(name)) < BODY_CHARS_MAX || !i)
  }
  const bodyOf = (names: string[]) => `{"events":[${names.map(store.read).join()}]}`

  const sendBatch = async (names: string[]) => {
    const answer = await post(address, bodyOf(names))
    const status = answer?.status ?? 0
    const results = answer?.ok ? await readResults(answer) : undefined
    const isWrong = [400, 413].includes(status)
    if (results?.length === names.length || (isWrong && names.length === 1)) {
      failureCount = 0
      batchEventsMax = BATCH_EVENTS_MAX
      for (const [i, name] of names.entries()) {
        const result = results?.[i]
        remove(name)
        if (result?.status === 'accepted') continue
        isAccepted = false
        const reason = result?.reason ?? `answered ${status}`
        onProblem({ kind: 'rejected', event_id: name.slice(EVENT.length), reason })
      }
    } else if (isWrong) batchEventsMax = Math.ceil(names.length / 2)
    else pause(status, Number(answer?.headers.get('retry-after')) * 1_000 || 0)
  }
  const pause = (status: number, askedMs: number) => {
    const ownMs = DELAY_MS_MIN * 2 ** failureCount++ * (0.5 + Math.random() / 2)
    const delayMs = Math.min(askedMs + ownMs, DELAY_MS_MAX)
    if (askedMs) store.write(WAIT_UNTIL, String(Date.now() + delayMs))
    else pausedUntilMs = Date.now() + delayMs
    onProblem({ kind: 'delayed', status, delayMs })
  }
  const resume = (): void => {
    pausedUntilMs = 0
    void flush()
  }

  /** The page may be gone in a moment. What no beacon takes waits for the next page, if anything may be stored. */
  const beacon = (): void => {
    if (delayMs() > 0 && store.isPersistent()) return
    let countMax = BATCH_EVENTS_MAX
    while (countMax > 0) {
      const unsent = due().filter((name) => own.get(name) === false)
      const names = takeBatch(unsent, countMax)
      if (!names[0]) return
      if (navigator.sendBeacon(address, bodyOf(names))) for (const name of names) own.set(name, true)
      else countMax = Math.floor(names.length / 2)
    }
  }
  const close = (): void => {
    beacon()
    clearTimeout(timer)
    timerAtMs = -Infinity
  }
  return { add, flush, schedule, beacon, resume, close }
}

/** As text and with the key in the address, so that the browser need not ask first whether it may. */
const post = (address: string, body: string) =>
  fetch(address, {
    method: 'POST',
    body,
    credentials: 'omit',
    signal: AbortSignal.timeout(ANSWER_MS_MAX)
  }).catch(() => undefined)

/** An answer that was cut off confirms nothing. */
const readResults = (answer: Response): Promise<{ status?: string; reason?: string }[] | undefined> =>
  answer.json().then(
    ({ results }) => results,
    () => undefined
  )

/** By the time in the event's id, whose second part ends at the second dash. */
const ageMs = (name: string) => Date.now() - parseInt(name.slice(EVENT.length).replace('-', ''), 16)
