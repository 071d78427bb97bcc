const WORD = /[\p{L}\p{N}]+/gu
/** Scripts written without spaces: pairs of characters stand for words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu
const ACCENTS = /\p{M}/gu
const TOKENS_MAX = 200

/** The words of a text as the search compares them: without case, accents, punctuation and plural. */
export function tokenise(text: string): string[] {
  const plain = text.normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toLowerCase()
  const tokens: string[] = []
  for (const [word] of plain.matchAll(WORD)) {
    let spacedFrom = 0
    for (const run of word.matchAll(UNSPACED)) {
      if (run.index > spacedFrom) tokens.push(singular(word.slice(spacedFrom, run.index)))
      tokens.push(...pairs(run[0]))
      spacedFrom = run.index + run[0].length
    }
    if (spacedFrom < word.length) tokens.push(singular(word.slice(spacedFrom)))
    if (tokens.length >= TOKENS_MAX) break
  }
  return tokens.slice(0, TOKENS_MAX)
}

const singular = (word: string) =>
  word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word

function pairs(run: string): string[] {
  const characters = Array.from(run)
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, i) => (characters[i] ?? '') + character)
}
