export type Token = { text: string; start: number; end: number; depth: number; word: boolean }

/**
 * Cuts SQL as ClickHouse's lexer does, far enough to find keywords: comments, strings, quoted names and heredocs
 * are skipped as wholes. Expects text in latin1, so that an index is also an offset in bytes.
 * A token that may go on after the end of the text (an open string, a word) is still given, with that end.
 */
export function* tokens(text: string): Generator<Token> {
  const pattern = new RegExp(TOKEN, 'gy')
  let depth = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, blank, heredoc, word] = match
    if (blank !== undefined) continue
    const start = match.index
    if (heredoc !== undefined) {
      const close = text.indexOf(heredoc, pattern.lastIndex)
      pattern.lastIndex = close === -1 ? text.length : close + heredoc.length
    }
    if (CLOSING.has(whole)) depth -= 1
    const end = pattern.lastIndex
    yield { text: text.slice(start, end), start, end, depth, word: word !== undefined }
    if (OPENING.has(whole)) depth += 1
  }
}

export function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token !== undefined && token.word && words.includes(token.text.toUpperCase())
}

const OPENING = new Set(['(', '[', '{'])
const CLOSING = new Set([')', ']', '}'])

/** Blanks and comments; a heredoc's opening; a word or number; a quoted text; any other character. */
const TOKEN = [
  String.raw`(\s+|--[^\n]*|#[ !][^\n]*|/\*[^]*?(?:\*/|$))`,
  String.raw`(\$\w*\$)`,
  String.raw`([A-Za-z_0-9][A-Za-z_0-9$]*)`,
  String.raw`'(?:[^'\\]|\\[^]|'')*(?:'|$)`,
  String.raw`"(?:[^"\\]|\\[^]|"")*(?:"|$)`,
  '`(?:[^`\\\\]|\\\\[^]|``)*(?:`|$)',
  '[^]'
].join('|')
