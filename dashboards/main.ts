import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../models/contracts/config.ts'
import { renderFiles } from './render-files.ts'

if (process.argv.includes('--help')) {
  process.stdout.write(
    'npm run dashboards\n\nWrites dashboards/boards/*.json, dashboards/provisioning/**, dashboards/prometheus and dashboards/clickhouse: Grafana boards and where their data comes from.\n' +
      'HOST, PORT, SHOP_TIME_ZONE and SHOP_CURRENCY of the environment go into them; the files in the repository have the defaults.\n'
  )
  process.exit(0)
}

// HOST and PORT are where the browser of somebody who reads the boards finds the shop.
for (const [path, text] of renderFiles(readConfig(process.env))) {
  const file = fileURLToPath(new URL(path, import.meta.url))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  process.stdout.write(`dashboards/${path}\n`)
}
