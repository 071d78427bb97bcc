import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../models/contracts/config.ts'
import { renderFiles } from './render-files.ts'

// HOST and PORT are where the browser of somebody who reads the boards finds the shop.
for (const [path, text] of renderFiles(readConfig(process.env))) {
  const file = fileURLToPath(new URL(path, import.meta.url))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  process.stdout.write(`dashboards/${path}\n`)
}
