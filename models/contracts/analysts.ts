/** A person or a tool that may read the marts, and nothing else. */
export type Analyst = { name: string; password: string }

export type ParsedAnalysts = { ok: true; analysts: Analyst[] } | { ok: false; reason: string }

/** Reads `ana:secret,bob:secret2`. A reason never holds a password. */
export function parseAnalysts(text: string): ParsedAnalysts {
  const analysts: Analyst[] = []
  for (const [index, entry] of text.split(',').entries()) {
    const colon = entry.indexOf(':')
    const name = entry.slice(0, Math.max(colon, 0)).trim()
    const password = entry.slice(colon + 1)
    const which = name === '' ? `entry ${index + 1}` : name
    if (colon === -1) return { ok: false, reason: `${which} is not name:password` }
    if (!NAME.test(name)) {
      return {
        ok: false,
        reason: `${which} needs a name of letters, digits and _ that begins with a letter, at most 63`
      }
    }
    if (password === '') return { ok: false, reason: `${which} has no password` }
    if (analysts.some((other) => other.name === name)) return { ok: false, reason: `${which} is named twice` }
    analysts.push({ name, password })
  }
  return { ok: true, analysts }
}

/** Names go into SQL and into log lines as they are. */
const NAME = /^[A-Za-z]\w{0,62}$/

/** What analysts read: a contract, whose tables and columns stay. */
export const ANALYST_DATABASE = 'mart'

/** They are private: whoever reads them could name people, or depend on what may change tomorrow. */
export const PRIVATE_DATABASES = ['raw', 'ops']

/** The standard's views of tables and columns, as tools ask for them, in both spellings. */
export const SCHEMA_DATABASES = ['information_schema', 'INFORMATION_SCHEMA']

/**
 * What clients and tools read to show tables and to complete words. Not on the list is whatever holds somebody else's
 * statements (processes, query_log), settings of the server, users, or the names of private tables (parts, view_refreshes).
 */
export const READABLE_SYSTEM_TABLES = [
  'aggregate_function_combinators',
  'collations',
  'columns',
  'data_type_families',
  'database_engines',
  'databases',
  'formats',
  'functions',
  'keywords',
  'numbers',
  'numbers_mt',
  'one',
  'settings',
  'table_engines',
  'table_functions',
  'tables',
  'time_zones',
  'zeros',
  'zeros_mt'
]
