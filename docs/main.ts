import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { renderFiles } from './render-files.ts'

if (process.argv.includes('--help')) {
  process.stdout.write(
    'npm run docs\n\nWrites docs/events.md, the catalogue of events, from their schemas.\n'
  )
  process.exit(0)
}

for (const [path, text] of renderFiles()) {
  await writeFile(fileURLToPath(new URL(path, import.meta.url)), text)
  process.stdout.write(`docs/${path}\n`)
}
