import type { RejectedGroup } from './read.ts'
import { judgeRejected } from './judge.ts'
import { writePlace, type RejectedRow } from './row.ts'

const REASON_LENGTH = 70
const BODY_LENGTH = 20_000

type Found = { groups: RejectedGroup[]; reasons: number; messages: number }

/** Reasons with their counts, then the newest messages. */
export function printList({ groups, reasons, messages }: Found, newest: RejectedRow[]): string {
  if (messages === 0) return 'Nothing is rejected that has not been dealt with.\n'
  const more = reasons > groups.length ? ` (the ${groups.length} most frequent)` : ''
  return [
    `${count(messages, 'message')} for ${count(reasons, 'reason')}${more}:`,
    ...table(groups.map((group) => [String(group.count), group.newest, plain(group.reason)])),
    '',
    `The newest ${newest.length}:`,
    ...table(
      newest.map((row) => [row.rejected_at, writePlace(row), whoseOf(row), plain(row.reason, REASON_LENGTH)])
    ),
    '',
    'npm run rejected -- show <place> shows one; replay --dry-run says which are valid by now.',
    ''
  ].join('\n')
}

export function printOne(row: RejectedRow): string {
  const judged = judgeRejected(row)
  const facts = [
    ['reason', plain(row.reason)],
    ['place', writePlace(row)],
    [
      'read from',
      row.from_topic ? `${row.from_topic}/${row.from_partition}@${row.from_offset}` : 'a request'
    ],
    ['rejected at', row.rejected_at],
    ['by', row.source],
    ['scope of its key', row.scope || 'unknown'],
    ['today', judged.ok ? `valid: replay sends it to ${judged.outgoing.topic}` : plain(judged.why)],
    ['body', row.body_encoding]
  ]
  return [...table(facts), '', printBody(row), ''].join('\n')
}

function printBody({ body, body_encoding }: RejectedRow): string {
  const text = body_encoding === 'utf8' ? indented(body) : body
  const rest = text.length - BODY_LENGTH
  return `${plain(text.slice(0, BODY_LENGTH), Infinity, true)}${rest > 0 ? `\n… and ${rest} characters more` : ''}`
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** What a sender wrote must not move the cursor of whoever reads it. */
function plain(text: string, length = Infinity, keepsLines = false): string {
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) =>
    keepsLines && character === '\n' ? character : '\ufffd'
  )
  return shown.length > length ? `${shown.slice(0, length - 1)}…` : shown
}

const whoseOf = ({ source, scope }: RejectedRow) => (scope ? `${source}, ${scope}` : source)
const count = (number: number, what: string) =>
  `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`

function table(rows: string[][]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? []
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
}
