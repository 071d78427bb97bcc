/** Scripts that are written without spaces: a run of them is cut into pairs of neighbouring characters. */
const RUN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+|[[\p{L}\p{M}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]]+/gv
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/v

/**
 * Words in lower case, without accents or width variants (NFKD, marks dropped); runs of Han, Kana or Hangul as
 * overlapping pairs, the usual index terms where words have no spaces. A run of one character is a token itself. A run ends
 * where the script changes. Simplified and traditional characters are different ones: no table here says which are alike.
 */
export function tokensOf(text: string): string[] {
  const tokens: string[] = []
  for (const [run] of fold(text).matchAll(RUN)) {
    const characters = Array.from(run)
    if (!UNSPACED.test(run) || characters.length === 1) tokens.push(run)
    else for (let i = 0; i + 1 < characters.length; i++) tokens.push(`${characters[i]}${characters[i + 1]}`)
  }
  return tokens
}

/** Only Latin, Greek and Cyrillic accents go: in Kana and Hangul a mark is part of the letter, so they compose again. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '')
    .normalize('NFC')
    .toLowerCase()
}
