import type { RejectedMessage } from '../models/contracts/topics.ts'

const ID_LENGTH_MAX = 100

/**
 * Everything in a rejected message that could be somebody's id: its JSON strings, whatever stands between two quotation
 * marks (the text need not be JSON), and numbers where an id should be. `rejectedCondition` finds the same in SQL.
 */
export function namesIn({
  body,
  body_encoding
}: Pick<RejectedMessage, 'body' | 'body_encoding'>): Set<string> {
  const text = body_encoding === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : body
  const names = new Set<string>(text.split('"'))
  for (const token of jsonStrings(text)) {
    const name = token.includes('\\') ? readString(token) : undefined
    if (name !== undefined) names.add(name)
  }
  for (const match of text.matchAll(/"(?:user_id|anonymous_id|customer_id)"\s*:\s*([-+.0-9A-Za-z]+)/g)) {
    names.add(match[1] ?? '')
  }
  for (const name of names) if (name.length > ID_LENGTH_MAX || name === '') names.delete(name)
  return names
}

/** Not a regular expression: where the last string has no end, it would look for one from every quotation mark. */
function* jsonStrings(text: string): Generator<string> {
  for (let start = text.indexOf('"'); start >= 0;) {
    let end = start + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    if (end >= text.length) return
    yield text.slice(start, end + 1)
    start = text.indexOf('"', end + 1)
  }
}

function readString(token: string): string | undefined {
  try {
    const value: unknown = JSON.parse(token)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
