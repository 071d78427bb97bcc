/** Without `granted` nothing is stored in the browser, and nothing that is sent says who it was. */
export type Consent = 'granted' | 'denied' | 'unknown'

export type Problem =
  /** The API refused this event for good. */
  | { kind: 'rejected'; event_id: string; reason: string }
  /** Events that waited were too many or too old. */
  | { kind: 'dropped'; count: number }
  /** Nothing was taken; it is kept and sent again. Status 0: no answer, as when the browser blocks the request. */
  | { kind: 'delayed'; status: number; delayMs: number }

export type TrackerOptions = {
  /** Where the API is, without a path: `https://events.example.com`. */
  url: string
  /** The browser's key, which is no secret. */
  key: string
  /** `unknown` unless it is said. */
  consent?: Consent
  /** What the events name as their source; `tracker` unless it is said. */
  source?: string
  onProblem?: (problem: Problem) => void
}
