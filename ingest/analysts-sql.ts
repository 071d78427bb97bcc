import { hash } from 'node:crypto'
import { FREE_SETTINGS, type AnalystLimits } from '../models/contracts/analyst-limits.ts'
import {
  ANALYST_DATABASE,
  READABLE_SYSTEM_TABLES,
  SCHEMA_DATABASES,
  type Analyst
} from '../models/contracts/analysts.ts'

const NAME = 'flipside_analyst'

/**
 * The statements that give a ClickHouse server the same analysts as the embedded warehouse has. They may be run again:
 * who is named keeps or gets the password given, and who is not named any more keeps the account. `readonly = 1` and
 * not 2, which would let limits be overridden and reach for files and networks; what tools set by themselves is
 * changeable within its bounds.
 */
export function renderAnalysts(analysts: readonly Analyst[], limits: AnalystLimits): string[] {
  return [
    renderProfile(limits),
    `CREATE ROLE IF NOT EXISTS ${NAME}`,
    `ALTER ROLE ${NAME} SETTINGS PROFILE '${NAME}'`,
    ...renderGrants(),
    ...analysts.map(renderUser),
    ...analysts.map(({ name }) => `GRANT ${NAME} TO ${name}`),
    ...analysts.map(({ name }) => `SET DEFAULT ROLE ${NAME} TO ${name}`),
    renderQuota(limits)
  ]
}

function renderProfile({ statement, running }: AnalystLimits): string {
  const settings = [
    'readonly = 1 CONST',
    ...Object.entries(statement).map(
      ([name, { usual, max }]) => `${name} = ${usual} MIN 1 MAX ${max} CHANGEABLE_IN_READONLY`
    ),
    `max_concurrent_queries_for_user = ${running} CONST`,
    ...Object.keys(FREE_SETTINGS).map((name) => `${name} CHANGEABLE_IN_READONLY`)
  ]
  return `CREATE SETTINGS PROFILE OR REPLACE ${NAME} SETTINGS\n  ${settings.join(',\n  ')}`
}

function renderGrants(): string[] {
  return [
    ...[ANALYST_DATABASE, ...SCHEMA_DATABASES].map((database) => `${database}.*`),
    ...READABLE_SYSTEM_TABLES.map((table) => `system.${table}`)
  ].map((tables) => `GRANT SELECT ON ${tables} TO ${NAME}`)
}

/** The hash, so that the password is in no history of statements. Names are checked to be plain. */
function renderUser({ name, password }: Analyst): string {
  const secret = `IDENTIFIED WITH sha256_hash BY '${hash('sha256', password)}'`
  return `CREATE USER OR REPLACE ${name} ${secret} DEFAULT DATABASE ${ANALYST_DATABASE}`
}

function renderQuota({ hourly }: AnalystLimits): string {
  const bounds = Object.entries(hourly).map(([name, max]) => `${name} = ${max}`)
  return `CREATE QUOTA OR REPLACE ${NAME} KEYED BY user_name FOR INTERVAL 1 hour MAX ${bounds.join(', ')} TO ${NAME}`
}
