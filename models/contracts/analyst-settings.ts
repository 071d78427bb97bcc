import { FREE_SETTINGS, type AnalystLimits, type BoundedSetting } from './analyst-limits.ts'

export type AnalystSettings =
  | { ok: true; settings: Map<string, string> }
  | { ok: false; name: string; reason: string }

/**
 * The settings of an analyst's statement: the limits, with what was asked for where that may be had. Asking for more
 * than the most gives the most, because tools ask for the sky and people cannot change what tools ask for; 0, which
 * means no limit, is more than the most.
 */
export function settingsOfAnalyst(
  asked: readonly (readonly [name: string, value: string])[],
  { statement }: AnalystLimits
): AnalystSettings {
  const settings = new Map<string, string>(
    Object.entries(statement).map(([name, { usual }]) => [name, String(usual)])
  )
  for (const [name, value] of asked) {
    // They get it anyway, whichever level they ask for.
    if (name === 'readonly' || IGNORED.has(name)) continue
    if (isBounded(name, statement)) {
      const wanted = Number(value)
      if (!Number.isFinite(wanted) || wanted < 0 || value.trim() === '') {
        return { ok: false, name, reason: 'must be a number from 0 on' }
      }
      const { max } = statement[name]
      settings.set(name, String(wanted === 0 || wanted > max ? max : wanted))
    } else {
      const values = FREE_SETTINGS[name] ?? (isOutputFormat(name) ? 'any' : undefined)
      if (values === undefined) return { ok: false, name, reason: 'cannot be set by an analyst' }
      if (values !== 'any' && !values.includes(value)) {
        return { ok: false, name, reason: `may only be ${values.map((one) => `'${one}'`).join(' or ')}` }
      }
      settings.set(name, name === 'additional_table_filters' ? '{}' : value)
    }
  }
  return { ok: true, settings }
}

const isBounded = (name: string, statement: AnalystLimits['statement']): name is BoundedSetting =>
  Object.hasOwn(statement, name)

/** `output_format_schema` names a file that is written. */
const isOutputFormat = (name: string): boolean =>
  name.startsWith('output_format_') && name !== 'output_format_schema'

/** Clients send them, and they change nothing here: how progress is told, and what the server does by itself. */
const IGNORED = new Set([
  'cancel_http_readonly_queries_on_client_close',
  'http_headers_progress_interval_ms',
  'http_receive_timeout',
  'http_response_buffer_size',
  'http_send_timeout',
  'http_write_exception_in_output_format',
  'log_comment',
  'log_queries',
  'receive_timeout',
  'send_progress_in_http_headers',
  'send_timeout',
  'use_query_cache',
  'use_uncompressed_cache'
])
