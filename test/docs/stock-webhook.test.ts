import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { beforeAll, expect, it } from 'vitest'
import { signatureOf } from '../../jobs/alerts/webhook.ts'

/** The two programs of docs/stock-webhook.md, run as they stand there. */
let shown: { ts: string; python: string }
beforeAll(async () => {
  const text = await readFile(new URL('../../docs/stock-webhook.md', import.meta.url), 'utf8')
  const programOf = (language: string) =>
    new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text)?.[1] ?? ''
  shown = { ts: programOf('ts'), python: programOf('python') }
})

const SECRET = 'ein langes Geheimnis: 秘密'
const BODY = '{"title":"Café 😀"}'
const now = Math.floor(Date.now() / 1000)
const signed = (seconds: number, secret = SECRET) =>
  `t=${seconds},v1=${signatureOf({ secret, seconds, body: BODY })}`
const CASES: [name: string, signature: string, body: string, expected: boolean][] = [
  ['ours', signed(now), BODY, true],
  ['another body', signed(now), `${BODY} `, false],
  ['another secret', signed(now, 'other'), BODY, false],
  ['played back', signed(now - 3_600), BODY, false],
  ['with a time of its own', signed(now - 3_600).replace(/^t=\d+/, `t=${now}`), BODY, false],
  ['none', '', BODY, false]
]

it.each(CASES)('in Node tells %s apart', (_name, signature, body, expected) => {
  const program = `${stripTypeScriptTypes(shown.ts)}\nprocess.stdout.write(String(isFromFlipside(...JSON.parse(process.argv[1]))))`
  const args = ['--input-type=module', '--eval', program, JSON.stringify([body, signature, SECRET])]
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe(String(expected))
})

it('in Python tells them apart, where there is one', () => {
  const program = `${shown.python}
import json, sys
print(json.dumps([is_from_flipside(body.encode(), signature, secret) for body, signature, secret in json.loads(sys.stdin.read())]))`
  const input = JSON.stringify(CASES.map(([, signature, body]) => [body, signature, SECRET]))
  const answers = runPython(program, input)
  if (answers === undefined) return
  expect(JSON.parse(answers)).toEqual(CASES.map(([, , , expected]) => expected))
})

function runPython(program: string, input: string): string | undefined {
  try {
    return execFileSync('python3', ['-c', program], { input, encoding: 'utf8' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
