import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ANALYST_LIMITS } from '../../models/contracts/analyst-limits.ts'

/** The engine reads the file as a server would: from `users.d`, beside users of its own. In a process that ends with it. */
const ROOT = join(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'flipside-boards-user-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const FILE = readFileSync(join(ROOT, 'dashboards/clickhouse/boards-user.xml'), 'utf8')
/** A server's own configuration allows it; the engine alone, without that, does not. */
const CHANGEABLE = '<changeable_in_readonly/>'
const USERS = `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users><default><password></password><profile>default</profile><quota>default</quota><access_management>1</access_management></default></users>
</clickhouse>`
const CONFIG = `<clickhouse><users_config>${join(dir, 'users.xml')}</users_config></clickhouse>`

function ask(queries: string[]): Record<string, unknown>[][] {
  mkdirSync(join(dir, 'users.d'), { recursive: true })
  writeFileSync(join(dir, 'users.d/boards-user.xml'), FILE.replace(CHANGEABLE, ''))
  writeFileSync(join(dir, 'users.xml'), USERS)
  writeFileSync(join(dir, 'config.xml'), CONFIG)
  const code = `
    const { openEngine } = await import('${ROOT}/embedded/warehouse/engine.ts')
    const engine = openEngine('${dir}/data', '${dir}/config.xml')
    const answers = []
    for (const sql of ${JSON.stringify(queries)}) {
      const { bytes } = await engine.withConnection('', (connection) => connection.run(sql, 'JSON'))
      answers.push(JSON.parse(Buffer.from(bytes).toString()).data)
    }
    console.log(JSON.stringify(answers))
    process.exit(0)`
  const env = { ...process.env, BOARDS_PASSWORD: 'may read' }
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    env,
    encoding: 'utf8'
  })
  return JSON.parse(said.trim().split('\n').at(-1) ?? '')
}

test('the engine takes the user of the boards, who may read the marts and change only the time of a query', () => {
  const [users, grants, settings = []] = ask([
    "SELECT name, default_database FROM system.users WHERE name = 'boards'",
    "SELECT access_type, database, table FROM system.grants WHERE user_name = 'boards'",
    "SELECT setting_name, value, min, max, writability FROM system.settings_profile_elements WHERE profile_name = 'boards'"
  ])
  expect(users).toEqual([{ name: 'boards', default_database: 'mart' }])
  expect(grants).toEqual([{ access_type: 'SELECT', database: 'mart', table: null }])
  const valueOf = (name: string) =>
    settings.find(({ setting_name, value }) => setting_name === name && value !== null)?.['value']
  expect(valueOf('readonly')).toBe('1')
  for (const [name, { usual }] of Object.entries(ANALYST_LIMITS.statement))
    expect([name, valueOf(name)]).toEqual([name, String(usual)])
  const most = String(ANALYST_LIMITS.statement.max_execution_time.max)
  expect(settings.filter(({ max }) => max !== null)).toMatchObject([
    { setting_name: 'max_execution_time', min: '1', max: most }
  ])
  expect(FILE.split(CHANGEABLE)).toHaveLength(2)
})
