import { readdir, readFile } from 'node:fs/promises'
import type { Dictionary } from '../models/contracts/data-dictionary.ts'

const QUESTIONS = new URL('./questions/', import.meta.url)

/** Example questions with their SQL, in the order of their files; the first line of each asks it in plain words. */
export async function readQuestions(): Promise<Dictionary['questions']> {
  const files = (await readdir(QUESTIONS)).filter((file) => file.endsWith('.sql')).toSorted()
  return Promise.all(
    files.map(async (file) => {
      const [first = '', ...rest] = (await readFile(new URL(file, QUESTIONS), 'utf8')).split('\n')
      return {
        name: file.replace(/^\d+-/, '').replace('.sql', ''),
        question: first.replace(/^-- /, ''),
        sql: rest.join('\n').trim()
      }
    })
  )
}
