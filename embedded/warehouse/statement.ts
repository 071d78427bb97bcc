import { notImplemented, syntaxError, type WarehouseError } from './errors.ts'
import { isWord, tokens, type Token } from './tokens.ts'

/** Where the statement of an insert ends and its rows begin. Offsets are in bytes. */
export type InsertHead = {
  /** `FROM INFILE` goes here: before SETTINGS and FORMAT or VALUES. */
  sourceAt: number
  /** Of the FORMAT clause; with VALUES the clause is missing and the format is `Values`. */
  formatAt: number
  format: string
  dataAt: number
}

export type Head =
  | { kind: 'insert'; head: InsertHead }
  | { kind: 'statement' }
  | { kind: 'refused'; error: WarehouseError }
  /** More bytes are needed to tell. */
  | { kind: 'open' }

/**
 * Reads the beginning of a request: an insert with rows behind it, or a statement without.
 * Text in latin1; `whole` says that nothing comes after it.
 */
export function readHead(text: string, whole: boolean): Head {
  let before: Token | undefined
  let first: Token | undefined
  let settings: Token | undefined
  for (const token of tokens(text)) {
    if (token.end === text.length && !whole) return { kind: 'open' }
    if (!first) {
      first = token
      if (!isWord(first, 'INSERT')) return { kind: 'statement' }
    } else if (token.depth === 0 && !isName(token, before)) {
      if (isWord(token, 'SELECT', 'WITH', 'EXPLAIN')) {
        // All of it must be there to be sure.
        return whole ? readInsertSelect(text.slice(token.start)) : { kind: 'open' }
      }
      if (isWord(token, 'FROM'))
        return { kind: 'refused', error: notImplemented('INSERT … FROM INFILE reads files of a client') }
      if (isWord(token, 'SETTINGS')) settings = token
      if (isWord(before, 'FORMAT') && token.word) {
        const dataAt = skipToData(text, token.end, whole)
        if (dataAt === undefined) return { kind: 'open' }
        const formatAt = before?.start ?? token.start
        return insertHead({ sourceAt: settings?.start ?? formatAt, formatAt, format: token.text, dataAt })
      }
      if (isWord(token, 'VALUES')) {
        if (goesOnAfterSemicolon(text.slice(token.end)))
          return { kind: 'refused', error: syntaxError('Multi-statements are not allowed') }
        const sourceAt = (settings ?? token).start
        return insertHead({ sourceAt, formatAt: token.start, format: 'Values', dataAt: token.end })
      }
    }
    before = isName(token, before) ? { ...token, word: false } : token
  }
  return { kind: whole ? 'statement' : 'open' }
}

const insertHead = (head: InsertHead): Head => ({ kind: 'insert', head })

/** The engine would leave out what follows, without a word. Looks only at what came together with the statement. */
function goesOnAfterSemicolon(rows: string): boolean {
  let ended = false
  for (const token of tokens(rows)) {
    if (ended) return true
    ended = token.depth === 0 && token.text === ';'
  }
  return false
}

/** A table or a column may be called like a keyword. */
function isName(token: Token, before: Token | undefined): boolean {
  return (
    before?.text === '.' ||
    (isWord(before, 'INTO', 'TABLE', 'FUNCTION') && !isWord(token, 'TABLE', 'FUNCTION'))
  )
}

/** `input()` takes rows from behind the statement, and the engine would quietly take none. */
function readInsertSelect(text: string): Head {
  const list = [...tokens(text)]
  if (!list.some((token, index) => isWord(token, 'INPUT') && list[index + 1]?.text === '(')) {
    return { kind: 'statement' }
  }
  return { kind: 'refused', error: notImplemented('INSERT … SELECT … FROM input()') }
}

/** Blanks up to one line feed belong to the statement, as in ClickHouse; everything after them is data. */
function skipToData(text: string, from: number, whole: boolean): number | undefined {
  const skipped = /[ \t\f]*\r?(\n?)/y
  skipped.lastIndex = from
  const match = skipped.exec(text)
  if (!match) return from
  const decided = match[1] === '\n' || skipped.lastIndex < text.length || whole
  return decided ? skipped.lastIndex : undefined
}

export type Output = {
  /** Whether the statement is a query whose result can be written to a file. */
  query: boolean
  /** As the statement names it. */
  format: string | undefined
  /** `INTO OUTFILE` goes here; what follows is from `formatEnd` on. */
  outputAt: number
  formatEnd: number
  /** The statement wants to write a file of the server's machine. */
  outfile: boolean
}

/** Finds the FORMAT clause, which is the last or is followed only by SETTINGS. Text in latin1. */
export function readOutput(text: string): Output {
  const list = [...tokens(text)].filter((token) => token.text !== ';')
  const first = list.find((token) => token.text !== '(')
  // `WITH … INSERT INTO … SELECT` has no result.
  const inserts = list.some((token) => token.depth === 0 && isWord(token, 'INSERT'))
  const query = isWord(first, 'SELECT', 'WITH', 'FROM') && !inserts
  const outfile = list.some((token, index) => isWord(token, 'OUTFILE') && isWord(list[index - 1], 'INTO'))
  const at = list.findLastIndex((token) => token.depth === 0 && isWord(token, 'FORMAT'))
  const [clause, name, next] = at === -1 ? [] : list.slice(at, at + 3)
  const format = readName(name)
  if (clause && name && format !== undefined && (!next || isWord(next, 'SETTINGS'))) {
    return { query, format, outputAt: clause.start, formatEnd: name.end, outfile }
  }
  const end = list.at(-1)?.end ?? 0
  return { query, format: undefined, outputAt: end, formatEnd: end, outfile }
}

/** A format may be quoted: the engine itself writes `Null` and `Values` so. */
function readName(token: Token | undefined): string | undefined {
  return token?.word ? token.text : /^`(\w+)`$/.exec(token?.text ?? '')?.[1]
}
