import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

const Port = (value: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: value, description })
const Optional = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

/** Every setting, named as in the environment. An unset URL means: the part that comes with the project. */
export const ConfigSchema = Type.Object({
  CLICKHOUSE_URL: Optional('ClickHouse over HTTP, for example http://clickhouse:8123; unset: embedded'),
  CLICKHOUSE_USER: Type.String({ default: 'default' }),
  CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  REDIS_URL: Optional('for example redis://redis:6379; unset: embedded'),
  KAFKA_BROKERS: Optional('host:port, several separated by commas; unset: the embedded log'),
  KAFKA_CLIENT_ID: Type.String({ default: 'flipside' }),
  DATA_DIR: Type.String({ default: '.data', description: 'where the embedded parts keep their files' }),
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: Port(8080, 'of the API; 0 lets the system choose'),
  BROWSER_KEY: Type.String({ default: 'browser', description: 'may send behaviour events; not a secret' }),
  SERVER_KEY: Optional('may send every event; unset: nobody may send orders, stock or customers'),
  SHOP_TIME_ZONE: Type.String({ default: 'Europe/London', description: 'the zone of the business day' }),
  SHOP_CURRENCY: Type.String({ pattern: '^[A-Z]{3}$', default: 'GBP' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], { default: 'info' })
})
export type Config = Static<typeof ConfigSchema>

/** Pure: the environment is an argument. Throws one error that names every wrong setting. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const known = Object.keys(ConfigSchema.properties)
  const given = Object.fromEntries(
    known.filter((key) => environment[key]).map((key) => [key, environment[key]])
  )
  const value: unknown = Value.Convert(ConfigSchema, Value.Default(ConfigSchema, given))
  if (Value.Check(ConfigSchema, value)) return value
  const problems = [...Value.Errors(ConfigSchema, value)].map(
    (error) => `${error.instancePath.slice(1)} ${error.message}`
  )
  throw new Error(`Wrong settings in the environment: ${problems.join('; ')}`)
}
