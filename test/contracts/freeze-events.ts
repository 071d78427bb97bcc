import { readFile, writeFile } from 'node:fs/promises'
import { eventSchemas } from '../../models/contracts/events.ts'
import { explainBreaks } from './schema-changes.ts'

/**
 * `node test/contracts/freeze-events.ts && npm run format`, before a release: what was added since the last one is
 * promised from then on.
 */
const file = new URL('./events-v1.json', import.meta.url)
const breaks = explainBreaks(JSON.parse(await readFile(file, 'utf8')), eventSchemas)
if (breaks.length > 0) {
  process.stderr.write(`Not frozen: version 1 promised otherwise.\n${breaks.join('\n')}\n`)
  process.exit(1)
}
// Words may change; a field that is called description is an object, and stays.
const withoutWords = (name: string, value: unknown) =>
  name === 'description' && typeof value === 'string' ? undefined : value
await writeFile(file, `${JSON.stringify(eventSchemas, withoutWords, 2)}\n`)
