import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'
import { renderAnalysts } from '../../ingest/analysts-sql.ts'
import { ANALYST_LIMITS, FREE_SETTINGS } from '../../models/contracts/analyst-limits.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'flipside-analysts-sql-'))
let warehouse: WarehouseProcess
let client: ClickHouseClient

beforeAll(async () => {
  warehouse = await startWarehouse({ dataDir })
  client = createClient({ url: warehouse.url, username: warehouse.user, password: warehouse.password })
})
afterAll(async () => {
  await client.close()
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('analysts of a ClickHouse server', () => {
  const statements = renderAnalysts([{ name: 'ana', password: 'secret' }], ANALYST_LIMITS)

  it.each(statements)('%s parses', async (query) => {
    const result = await client.query({
      query: 'SELECT formatQuery({query:String}) AS text',
      query_params: { query },
      format: 'JSONEachRow'
    })
    const [row] = await result.json<{ text: string }>()
    expect(row?.text).not.toBe('')
  })

  it('sets only what the engine knows', async () => {
    const result = await client.query({ query: 'SELECT name FROM system.settings', format: 'JSONEachRow' })
    const known = new Set((await result.json<{ name: string }>()).map(({ name }) => name))
    const named = [...Object.keys(FREE_SETTINGS), ...Object.keys(ANALYST_LIMITS.statement)]
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('tells no password, and bounds what may be changed', () => {
    const text = statements.join('\n')
    expect(text).not.toContain("'secret'")
    expect(text).toContain("BY '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'")
    expect(text).toContain('max_execution_time = 30 MIN 1 MAX 120 CHANGEABLE_IN_READONLY')
    expect(text).not.toMatch(/ON (raw|ops|system)\.\*/)
  })

  it('are printed by a command', () => {
    const run = (args: string[], environment: Record<string, string> = {}) =>
      execFileSync(process.execPath, ['ingest/analysts.ts', ...args], {
        cwd: join(import.meta.dirname, '../..'),
        env: environment,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe']
      })
    expect(run(['sql'], { ANALYSTS: 'ana:secret' })).toBe(statements.map((one) => `${one};\n`).join('\n'))
    expect(run(['--help'])).toContain('npm run -s analysts -- sql')
    expect(() => run(['sql'], { ANALYSTS: 'ana' })).toThrow('ANALYSTS: entry 1 is not name:password')
  })
})
