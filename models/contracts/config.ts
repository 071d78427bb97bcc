import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { parseAnalysts } from './analysts.ts'

const Port = (value: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: value, description })
const EventsPerSecond = (value: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 1_000_000, default: value, description })
const Optional = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

/** Every setting, named as in the environment. An unset URL means: the part that comes with the project. */
export const ConfigSchema = Type.Object({
  CLICKHOUSE_URL: Optional('ClickHouse over HTTP, for example http://clickhouse:8123; unset: embedded'),
  CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  ANALYSTS: Optional('who may read the marts: name:password, several separated by commas; unset: nobody'),
  REDIS_URL: Optional('for example redis://redis:6379; unset: embedded'),
  KAFKA_BROKERS: Optional('host:port, several separated by commas; unset: the embedded log'),
  KAFKA_CLIENT_ID: Type.String({ default: 'flipside' }),
  KAFKA_TLS: Type.Boolean({ default: false, description: 'true: talk to Kafka over TLS only' }),
  KAFKA_CA_FILE: Optional("PEM of the authority of the brokers' certificates; unset: those that Node trusts"),
  KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512'], {
      description:
        'how to log in to Kafka; unset: without a user. `plain` shows the password unless KAFKA_TLS is true'
    })
  ),
  KAFKA_USERNAME: Optional('together with KAFKA_SASL_MECHANISM'),
  KAFKA_PASSWORD: Optional('together with KAFKA_SASL_MECHANISM'),
  KAFKA_PARTITIONS: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 12,
    description: 'of topics that do not exist yet; those that do keep theirs'
  }),
  KAFKA_REPLICATION: Type.Integer({
    minimum: -1,
    maximum: 10,
    default: -1,
    description: "copies of topics that do not exist yet; -1: the broker's own default"
  }),
  DATA_DIR: Type.String({ default: '.data', description: 'where the embedded parts keep their files' }),
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: Port(8080, 'of the API; 0 lets the system choose'),
  INGEST_METRICS_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'of ingest’s /metrics and /health; unset: none'
    })
  ),
  BROWSER_KEY: Type.String({
    default: 'browser',
    description: 'may send what visitors do; not a secret'
  }),
  SERVER_KEY: Optional('may send every event but keys; unset: nobody may send orders, stock or customers'),
  ADMIN_KEY: Optional('may send every event, and issue and revoke keys; unset: nobody'),
  BROWSER_EVENTS_PER_SECOND: EventsPerSecond(5_000, 'all visitors together'),
  SERVER_EVENTS_PER_SECOND: EventsPerSecond(50_000, 'in one process'),
  ADMIN_EVENTS_PER_SECOND: EventsPerSecond(50_000, 'in one process'),
  SERVICE_LEVEL: Type.Number({
    minimum: 0.5,
    maximum: 0.999,
    default: 0.95,
    description:
      'share of lead times to end without running out, of products whose cost or price is not known'
  }),
  REVIEW_DAYS: Type.Integer({
    minimum: 0,
    maximum: 365,
    default: 7,
    description: 'days from one order to the next, of suppliers that name none'
  }),
  COVER_DAYS: Type.Integer({
    minimum: 0,
    maximum: 365,
    default: 0,
    description: 'days that an order should last beyond the next delivery'
  }),
  CARRYING_COST: Type.Number({
    minimum: 0,
    maximum: 10,
    default: 0.25,
    description: 'what a unit loses by lying for a year, as a share of its cost'
  }),
  ALERT_WEBHOOK_URL: Optional('who is told of low and empty stock; unset: nobody'),
  ALERT_WEBHOOK_SECRET: Optional('what those messages are signed with; needed with ALERT_WEBHOOK_URL'),
  ALERT_DIGEST_MINUTES: Type.Integer({
    minimum: 1,
    maximum: 10_080,
    default: 15,
    description: 'at least so long from one message to the next'
  }),
  SHOP_TIME_ZONE: Type.String({ default: 'Europe/London', description: 'the zone of the business day' }),
  SHOP_HOLIDAYS: Type.Optional(
    Type.String({
      pattern: '^[A-Z]{2}(-[A-Z0-9]{1,3})?$',
      description:
        'country, and region where it has own holidays, for example GB-ENG; unset: forecasts know of none'
    })
  ),
  SHOP_CURRENCY: Type.String({ pattern: '^[A-Z]{3}$', default: 'GBP' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], { default: 'info' })
})
export type Config = Static<typeof ConfigSchema>

/** For `--help` of a service: each setting with its default. */
export function describeSettings(): string {
  const lines = Object.entries(ConfigSchema.properties).map(([name, schema]) => {
    const { default: value, description = '' } = schema as {
      default?: string | number | boolean
      description?: string
    }
    return `  ${name.padEnd(26)}${value === undefined || value === '' ? '' : `(${String(value)}) `}${description}`.trimEnd()
  })
  return `${lines.join('\n')}\n`
}

/** Pure: the environment is an argument. Throws one error that names every wrong setting. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const known = Object.keys(ConfigSchema.properties)
  const given = Object.fromEntries(
    known.filter((key) => environment[key]).map((key) => [key, environment[key]])
  )
  const value: unknown = Value.Convert(ConfigSchema, Value.Default(ConfigSchema, given))
  const isValid = Value.Check(ConfigSchema, value)
  const problems = isValid
    ? findContradictions(value)
    : [...Value.Errors(ConfigSchema, value)].map((error) => `${error.instancePath.slice(1)} ${error.message}`)
  if (isValid && problems.length === 0) return value
  throw new Error(`Wrong settings in the environment: ${problems.join('; ')}`)
}

/** Half a login, an authority that nobody asks, or one key for two would be found out by an intruder first. */
function findContradictions(config: Config): string[] {
  const login = ['KAFKA_SASL_MECHANISM', 'KAFKA_USERNAME', 'KAFKA_PASSWORD'] as const
  const missing = login.filter((key) => config[key] === undefined)
  const given = login.filter((key) => config[key] !== undefined)
  const problems: string[] = []
  if (given.length > 0 && missing.length > 0) {
    problems.push(`${given.join(' and ')} must come with ${missing.join(' and ')}`)
  }
  const keys = [config.BROWSER_KEY, config.SERVER_KEY, config.ADMIN_KEY].filter((key) => key !== undefined)
  if (new Set(keys).size < keys.length) {
    problems.push('BROWSER_KEY, SERVER_KEY and ADMIN_KEY must be different')
  }
  problems.push(...findWrongAnalysts(config))
  problems.push(...findWrongWebhook(config))
  if (config.KAFKA_CA_FILE && !config.KAFKA_TLS) problems.push('KAFKA_CA_FILE needs KAFKA_TLS=true')
  return problems
}

/** A name that is the pipeline's own would be whoever the password says. */
function findWrongAnalysts({ ANALYSTS, CLICKHOUSE_USER }: Config): string[] {
  if (ANALYSTS === undefined) return []
  const parsed = parseAnalysts(ANALYSTS)
  if (!parsed.ok) return [`ANALYSTS: ${parsed.reason}`]
  const taken = parsed.analysts.find(({ name }) => [CLICKHOUSE_USER, 'default'].includes(name))
  return taken ? [`ANALYSTS: ${taken.name} is the user of the pipeline itself`] : []
}

const SECRET_LENGTH_MIN = 16

/** The address is not repeated: it may hold what only the receiver should know. */
function findWrongWebhook({ ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secret = '' }: Config): string[] {
  if (url === undefined) return []
  const problems: string[] = []
  const { protocol, username, password } = URL.canParse(url) ? new URL(url) : { protocol: '' }
  if (protocol !== 'http:' && protocol !== 'https:')
    problems.push('ALERT_WEBHOOK_URL must be an address that begins with https:// or http://')
  if (username || password) problems.push('ALERT_WEBHOOK_URL may not hold a user or a password')
  if (secret.length < SECRET_LENGTH_MIN)
    problems.push(
      `ALERT_WEBHOOK_URL needs an ALERT_WEBHOOK_SECRET of at least ${SECRET_LENGTH_MIN} characters`
    )
  return problems
}
