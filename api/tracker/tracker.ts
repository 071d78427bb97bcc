import { createSender } from './sender.ts'
import { createStore, STORE } from './store.ts'
import type { BrowserEvent } from './events.ts'
import type { Consent, TrackerOptions } from './options.ts'

export type Tracker = ReturnType<typeof createTracker>

const SESSION_IDLE_MS = 30 * 60_000
const ID = `${STORE}id`
const SESSION = `${STORE}session`

/** Sends what happens in a page of a shop. What it keeps and what it says depends on the visitor's consent. */
export function createTracker(options: TrackerOptions) {
  const { url, key, source = 'tracker', onProblem = () => {} } = options
  const store = createStore()
  const sender = createSender(`${url}/v1/events?key=${encodeURIComponent(key)}`, store, onProblem)
  const listeners = new AbortController()
  let consent: Consent = 'unknown'
  let userId: string | undefined
  let lastMs = 0

  /** Who the events are of; a shop asks for recommendations with it. */
  const visitor = (): { anonymous_id: string; user_id?: string } => ({
    anonymous_id: store.read(ID) ?? store.write(ID, randomHex(16)),
    ...(consent === 'granted' && userId !== undefined && { user_id: userId })
  })
  const session = () => {
    const [id, atMs] = (store.read(SESSION) ?? '').split('@')
    const session_id = id && Date.now() - Number(atMs) < SESSION_IDLE_MS ? id : randomHex(8)
    store.write(SESSION, `${session_id}@${Date.now()}`)
    return session_id
  }
  /** Returns the event's id. */
  const track = (event: BrowserEvent): string => {
    lastMs = Math.max(Date.now(), lastMs + 1)
    const event_id = uuidv7(lastMs)
    const whole = {
      ...event,
      // What somebody typed may say anything of them.
      ...(consent !== 'granted' && 'query' in event && { query: '' }),
      event_id,
      occurred_at: new Date().toISOString(),
      ...visitor(),
      session_id: session(),
      source,
      ...(isBot() && { is_bot: true })
    }
    sender.add(event_id, JSON.stringify(whole))
    return event_id
  }
  const setConsent = (next: Consent): void => {
    if (next === 'granted') store.persist()
    else if (next === 'denied' || consent === 'granted') store.forget()
    consent = next
    sender.schedule()
  }
  /** After a login, with the shop's pseudonym of the customer. */
  const setUser = (user_id: string | undefined): void => {
    userId = user_id
  }
  /** Somebody else is there, as after a logout. */
  const reset = (): void => {
    userId = undefined
    store.write(ID, randomHex(16))
    store.remove(SESSION)
  }
  const close = (): void => {
    listeners.abort()
    sender.close()
  }

  const { signal } = listeners
  addEventListener('pagehide', sender.beacon, { signal })
  addEventListener('visibilitychange', () => document.hidden && sender.beacon(), { signal })
  addEventListener('online', sender.resume, { signal })
  // What was withdrawn in one tab is withdrawn in all.
  addEventListener('storage', (change) => change.key === ID && !change.newValue && setConsent('denied'), {
    signal
  })
  setConsent(options.consent ?? 'unknown')
  return { track, setConsent, setUser, reset, visitor, flush: sender.flush, close }
}

/** Version 7: its first 48 bits are the time, so ids sort by it. */
function uuidv7(timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, '0')
  const random = randomHex(9)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6)}`
}

/** Works without a secure context, where `randomUUID` is missing. */
function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0')
  ).join('')
}

/** The name of a make of telephones ends like a bot's. */
function isBot(): boolean {
  return navigator.webdriver || /headless|[^u]bot\b|crawler|spider/i.test(navigator.userAgent)
}
