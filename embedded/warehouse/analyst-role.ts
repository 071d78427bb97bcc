import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  ANALYST_DATABASE,
  READABLE_SYSTEM_TABLES,
  SCHEMA_DATABASES
} from '../../models/contracts/analysts.ts'

export const ANALYST_ROLE = 'analyst'

/**
 * Writes the engine's configuration with a role for analysts, and gives the path. The engine has one user, whose rights
 * must all come from roles: what it were granted itself, `SET ROLE` would not take away.
 */
export function writeRoles(dataDir: string): string {
  const directory = resolve(dataDir)
  mkdirSync(directory, { recursive: true })
  const users = join(directory, 'users.xml')
  const config = join(directory, 'config.xml')
  writeFileSync(users, renderUsers(), { mode: 0o600 })
  writeFileSync(config, `<clickhouse><users_config>${escapeXml(users)}</users_config></clickhouse>\n`, {
    mode: 0o600
  })
  return config
}

function renderUsers(): string {
  const grants = [
    ...[ANALYST_DATABASE, ...SCHEMA_DATABASES].map((database) => `SELECT ON ${database}.*`),
    ...READABLE_SYSTEM_TABLES.map((table) => `SELECT ON system.${table}`),
    // Clients name it when they are told no database.
    'SHOW DATABASES ON default.*'
  ]
  return `<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <roles>
    <writer><grants><query>GRANT ALL ON *.* WITH GRANT OPTION</query></grants></writer>
    <${ANALYST_ROLE}><grants>
      ${grants.map((grant) => `<query>GRANT ${grant}</query>`).join('\n      ')}
    </grants></${ANALYST_ROLE}>
  </roles>
  <users>
    <default>
      <password></password>
      <networks><ip>::/0</ip></networks>
      <profile>default</profile>
      <quota>default</quota>
      <grants><query>GRANT writer, ${ANALYST_ROLE}</query></grants>
    </default>
  </users>
</clickhouse>
`
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
