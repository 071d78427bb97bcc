/** What a board's viewer chose, in RFC 3339. */
export type Range = { from: string; to: string }

const INTERVAL_SECONDS = 3_600

/**
 * A query as the ClickHouse plugin sends it: first what its browser side does, then its server's macros, as 4.14 writes
 * them. `variables` has what is chosen; a name that is missing stands for All.
 */
export function expandMacros(sql: string, range: Range, variables: Record<string, string[]> = {}): string {
  const chosen = conditionalAll(sql, variables).replaceAll(
    /\$\{(\w+)(?::(\w+))?\}/g,
    (whole, name: string, format?: string) => {
      if (name.startsWith('__')) return whole
      const values = variables[name]
      if (!values) throw new Error(`${whole} has no value`)
      return values
        .map((value) => (format === 'sqlstring' ? `'${value.replaceAll("'", "''")}'` : value))
        .join()
    }
  )
  const [from, to] = [range.from, range.to].map((time) => Date.parse(time))
  const seconds = (ms = 0) => `toDateTime(${Math.floor(ms / 1_000)})`
  const millis = (ms = 0) => `fromUnixTimestamp64Milli(${ms})`
  const date = (ms = 0) => `toDate('${new Date(ms).toISOString().slice(0, 10)}')`
  const between = (column: string, of: (ms?: number) => string) =>
    `${column} >= ${of(from)} AND ${column} <= ${of(to)}`
  const macros: Record<string, (column: string) => string> = {
    fromTime: () => seconds(from),
    toTime: () => seconds(to),
    fromTime_ms: () => millis(from),
    toTime_ms: () => millis(to),
    timeFilter: (column) => between(column, seconds),
    timeFilter_ms: (column) => between(column, millis),
    dateFilter: (column) => between(column, date),
    timeInterval: (column) => `toStartOfInterval(toDateTime(${column}), INTERVAL ${INTERVAL_SECONDS} second)`,
    timeInterval_ms: (column) =>
      `toStartOfInterval(toDateTime64(${column}, 3), INTERVAL ${INTERVAL_SECONDS * 1_000} millisecond)`,
    interval_s: () => String(INTERVAL_SECONDS)
  }
  return chosen.replaceAll(/\$__(\w+)(?:\(([^()]*)\))?/g, (whole, name: string, column = '') => {
    const macro = macros[name]
    if (!macro) throw new Error(`the plugin knows no ${whole}`)
    return macro(column)
  })
}

/** `$__conditionalAll(condition, $variable)`: no condition while all are chosen. The condition has no comma outside brackets. */
function conditionalAll(sql: string, variables: Record<string, string[]>): string {
  const opening = '$__conditionalAll('
  const start = sql.lastIndexOf(opening)
  if (start === -1) return sql
  const parts = ['']
  let depth = 1
  let end = start + opening.length
  for (; depth > 0 && end < sql.length; end++) {
    const sign = sql[end] ?? ''
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0
    if (sign === ',' && depth === 1) parts.push('')
    else if (depth > 0) parts[parts.length - 1] += sign
  }
  const [condition = '', variable = ''] = parts
  const [, name] = /^\s*\$(\w+)\s*$/.exec(variable) ?? []
  if (parts.length !== 2 || name === undefined) throw new Error(`${sql.slice(start, end)}: two arguments`)
  const filled = sql.slice(0, start) + (variables[name] ? condition : '1=1') + sql.slice(end)
  return conditionalAll(filled, variables)
}

/** Text as Grafana fills in its own variables and the board's, for a viewer in UTC; what it does not know it leaves. */
export function fillIn(text: string, values: Record<string, string>, range: Range): string {
  const known: Record<string, string> = {
    '__from:date:YYYY-MM-DD': range.from.slice(0, 10),
    '__to:date:YYYY-MM-DD': range.to.slice(0, 10),
    '__to:date:iso': range.to,
    __url_time_range: `from=${Date.parse(range.from)}&to=${Date.parse(range.to)}`,
    'channel:csv': '*',
    'supplier_id:percentencode': '*',
    'category:percentencode': '*',
    'abc:csv': '*',
    ...values
  }
  return text.replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => known[name] ?? whole)
}
