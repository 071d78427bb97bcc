import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@clickhouse/client'
import { startWarehouse } from '../embedded/start-warehouse.ts'
import { migrate } from '../ingest/migrate.ts'
import type { Dictionary } from '../models/contracts/data-dictionary.ts'
import { readDictionary } from './read-dictionary.ts'
import { renderDataFiles, renderFiles } from './render-files.ts'

if (process.argv.includes('--help')) {
  process.stdout.write(`npm run docs

Writes docs/events.md, the catalogue of events, from their schemas; what the API shows at /docs/alerts, from docs/alerts.md; docs/data.md and what the API shows at /docs/data, the
dictionary of the data, from an empty warehouse that it makes for that, and from docs/questions.
`)
  process.exit(0)
}

for (const [path, text] of [...renderFiles(), ...renderDataFiles(await readEmptyWarehouse())]) {
  const file = fileURLToPath(new URL(path, import.meta.url))
  await writeFile(file, text)
  process.stdout.write(`${relative(process.cwd(), file)}\n`)
}

async function readEmptyWarehouse(): Promise<Dictionary> {
  const dataDir = await mkdtemp(join(tmpdir(), 'flipside-docs-'))
  const warehouse = await startWarehouse({ dataDir })
  const client = createClient({
    url: warehouse.url,
    username: warehouse.user,
    password: warehouse.password
  })
  try {
    await migrate(client, { SHOP_TIME_ZONE: 'Europe/London' })
    return await readDictionary(client)
  } finally {
    await client.close()
    await warehouse.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
