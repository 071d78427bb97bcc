import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { BOARDS_USER } from '../dashboards/boards-user.ts'
import { scraped } from '../dashboards/provision.ts'
import { INFINITY } from '../dashboards/sources/api.ts'
import { PROMETHEUS } from '../dashboards/sources/health.ts'
import { WAREHOUSE } from '../dashboards/sources/warehouse.ts'
import { startRedis, type RedisServer } from '../embedded/redis.ts'
import { startWarehouse, type WarehouseProcess } from '../embedded/start-warehouse.ts'
import { ConfigSchema } from '../models/contracts/config.ts'
import { describeWith, findSharedKafka } from './real-services.ts'

const ROOT = join(import.meta.dirname, '..')
const OUR_SERVICES = ['ingest', 'jobs', 'api'] as const
const SECRETS = {
  SERVER_KEY: 'key of the shop',
  CLICKHOUSE_PASSWORD: 'pass word',
  BOARDS_PASSWORD: 'may read',
  GRAFANA_PASSWORD: 'admin'
}

const Service = Type.Object({
  image: Type.String(),
  build: Type.Optional(Type.String()),
  command: Type.Optional(Type.Array(Type.String())),
  restart: Type.String(),
  init: Type.Optional(Type.Boolean()),
  stop_grace_period: Type.Optional(Type.String({ pattern: '^\\d+s$' })),
  environment: Type.Record(Type.String(), Type.String()),
  ports: Type.Optional(Type.Array(Type.String())),
  volumes: Type.Optional(Type.Array(Type.String())),
  networks: Type.Array(Type.String()),
  depends_on: Type.Optional(Type.Record(Type.String(), Type.Object({ condition: Type.String() }))),
  healthcheck: Type.Object({
    test: Type.Array(Type.String()),
    interval: Type.String(),
    retries: Type.Integer()
  })
})
const Compose = Type.Object({
  services: Type.Record(Type.String(), Service),
  volumes: Type.Record(Type.String(), Type.Null()),
  networks: Type.Record(Type.String(), Type.Object({ internal: Type.Optional(Type.Boolean()) }))
})

/** Fills in `${NAME:-default}` and `${NAME:?message}` as docker compose does. */
function interpolate(text: string, environment: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, operator: string, rest: string) => {
    const value = environment[name] || (operator === '-' ? rest : undefined)
    if (value === undefined) throw new Error(rest)
    return value
  })
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')
const { services, volumes, networks } = Value.Parse(
  Compose,
  parse(interpolate(text, SECRETS), { merge: true })
)
const all = Object.entries(services).map(([name, service]) => ({ name, ...service }))

describe('docker-compose.yml', () => {
  test('has the pipeline, Prometheus and Grafana', () => {
    expect(Object.keys(services).toSorted()).toEqual(
      ['kafka', 'clickhouse', 'redis', ...OUR_SERVICES, 'prometheus', 'grafana'].toSorted()
    )
  })

  test.each(Object.keys(SECRETS))('does not start without %s', (name) => {
    expect(() => interpolate(text, { ...SECRETS, [name]: '' })).toThrow(`set ${name}`)
  })

  test.each(all)('$name is pinned, comes back after a failure and tells its health', (service) => {
    if (service.build) expect(existsSync(join(ROOT, service.build, 'Dockerfile'))).toBe(true)
    else expect(service.image).toMatch(/^[a-z/-]+:v?\d+\.\d+(\.\d+)?(-alpine)?$/)
    expect(service.restart).toBe('unless-stopped')
    expect(service.healthcheck.test[0]).toBe('CMD')
  })

  test.each(all)('$name waits for services that exist, until they are healthy', ({ depends_on = {} }) => {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      expect([Object.keys(services).includes(other), condition]).toEqual([true, 'service_healthy'])
    }
  })

  test('listens on this machine only, for the shop, Grafana and analysts', () => {
    const published = all.flatMap(({ name, ports = [] }) => ports.map((port) => [name, port]))
    expect(published).toEqual([
      ['clickhouse', '127.0.0.1:8123:8123'],
      ['api', '127.0.0.1:8080:8080'],
      ['grafana', '127.0.0.1:3000:3000']
    ])
    for (const name of ['kafka', 'redis']) {
      expect(services[name]?.networks.map((network) => networks[network]?.internal)).toEqual([true])
    }
  })

  test.each(all)('what $name mounts exists, ours read-only', ({ volumes: mounts = [] }) => {
    for (const mount of mounts) {
      const [from = '', , mode] = mount.split(':')
      if (from.startsWith('./'))
        expect([from, existsSync(join(ROOT, from)), mode]).toEqual([from, true, 'ro'])
      else expect(Object.keys(volumes)).toContain(from)
    }
  })

  test.each(OUR_SERVICES)(
    'every setting of %s is one that the code knows, and all three URLs are set',
    (name) => {
      const settings = Object.keys(services[name]?.environment ?? {})
      expect(Object.keys(ConfigSchema.properties)).toEqual(expect.arrayContaining(settings))
      expect(settings).toEqual(expect.arrayContaining(['CLICKHOUSE_URL', 'REDIS_URL', 'KAFKA_BROKERS']))
    }
  )

  test('gives Grafana its plugins, the provisioned variables and nobody who has not logged in', () => {
    const environment = services['grafana']?.environment ?? {}
    expect(environment).toMatchObject({
      GF_PLUGINS_PREINSTALL_SYNC: [INFINITY, WAREHOUSE]
        .map(({ plugin, plugin_version }) => `${plugin}@${plugin_version}`)
        .join(),
      GF_AUTH_ANONYMOUS_ENABLED: 'false',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      API_URL: 'http://api:8080',
      PROMETHEUS_URL: 'http://prometheus:9090',
      WAREHOUSE_HOST: 'clickhouse',
      WAREHOUSE_PORT: '8123'
    })
    const provisioned = globSync('dashboards/provisioning/*/*.yaml', { cwd: ROOT })
    const used = provisioned.flatMap((path) => readFileSync(join(ROOT, path), 'utf8').match(/\$(\w+)/g) ?? [])
    expect(used).toContain('$WAREHOUSE_PASSWORD')
    for (const name of used)
      expect([name, environment[name.slice(1)]]).toEqual([name, expect.stringMatching(/./)])
    const boards = services['grafana']?.volumes?.find((mount) => mount.startsWith('./dashboards/boards:'))
    expect(boards?.split(':')[1]).toBe(environment['BOARDS_DIR'])
  })

  test("asks the marts as a user who may only read, with a password that is nobody else's", () => {
    const { WAREHOUSE_USER, WAREHOUSE_PASSWORD } = services['grafana']?.environment ?? {}
    const { CLICKHOUSE_USER, BOARDS_PASSWORD } = services['clickhouse']?.environment ?? {}
    expect([WAREHOUSE_USER, WAREHOUSE_PASSWORD]).toEqual([BOARDS_USER, BOARDS_PASSWORD])
    expect(WAREHOUSE_USER).not.toBe(CLICKHOUSE_USER)
    const user = readFileSync(join(ROOT, 'dashboards/clickhouse/boards-user.xml'), 'utf8')
    expect(user).toContain('<readonly>1</readonly>')
    expect(user).toContain('<password from_env="BOARDS_PASSWORD"/>')
    expect(user.match(/GRANT [^<]*/g)).toEqual(['GRANT SELECT ON mart.*'])
    expect(services['clickhouse']?.volumes).toContain(
      './dashboards/clickhouse/boards-user.xml:/etc/clickhouse-server/users.d/boards-user.xml:ro'
    )
  })

  test('lets Prometheus reach the measurements of every process that has some', () => {
    expect(services['prometheus']?.image).toBe(PROMETHEUS.image)
    const { PORT = '' } = services['api']?.environment ?? {}
    const { INGEST_METRICS_PORT = '', HOST } = services['ingest']?.environment ?? {}
    expect(scraped).toEqual({ api: `api:${PORT}`, ingest: `ingest:${INGEST_METRICS_PORT}` })
    expect(HOST).toBe('0.0.0.0')
    for (const name of Object.keys(scraped)) {
      const shared = services[name]?.networks.filter((one) => services['prometheus']?.networks.includes(one))
      expect([name, shared?.length]).not.toEqual([name, 0])
    }
  })
})

describe('the image', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

  test('runs the Node that the tests run, and not as root', () => {
    expect(dockerfile).toContain(`FROM node:${manifest.devDependencies.node}-slim`)
    expect(dockerfile.lastIndexOf('USER node')).toBeGreaterThan(dockerfile.indexOf('RUN'))
  })

  test.each(OUR_SERVICES)('holds every file and package that %s loads, none of them optional', (name) => {
    const copied = [...dockerfile.matchAll(/^COPY (\w+) /gm)].map(([, folder]) => folder)
    const { files, packages } = loadedBy(services[name]?.command?.[1] ?? '')
    expect(files.size).toBeGreaterThan(5)
    const missing = [...files].filter(
      (file) => !copied.includes(file.split('/')[0]) || file.startsWith('embedded/shops/')
    )
    expect(missing).toEqual([])
    expect(Object.keys(manifest.dependencies)).toEqual(expect.arrayContaining([...packages]))
  })

  /** Types are not loaded. */
  function loadedBy(path: string, found = { files: new Set<string>(), packages: new Set<string>() }) {
    if (found.files.has(path)) return found
    found.files.add(path)
    const code = readFileSync(join(ROOT, path), 'utf8')
    const loads =
      /^(?:import|export)(?! type)[\w\s{},*]*? from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm
    for (const name of [...code.matchAll(loads)].map(([, ...names]) => names.join(''))) {
      if (name.startsWith('.')) loadedBy(join(dirname(path), name), found)
      else if (!name.startsWith('node:')) found.packages.add(/^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    }
    return found
  }
})

const sharedKafka = await findSharedKafka()

describe('every service of ours, started as the file says with stand-ins for the others', () => {
  const dir = mkdtempSync(join(tmpdir(), 'flipside-compose-'))
  const started: ChildProcess[] = []
  let warehouse: WarehouseProcess | undefined
  let redis: RedisServer | undefined
  let closedPort = 0

  beforeAll(async () => {
    const { CLICKHOUSE_USER: user = '', CLICKHOUSE_PASSWORD: password = '' } =
      services['ingest']?.environment ?? {}
    warehouse = await startWarehouse({ dataDir: join(dir, 'warehouse'), user, password })
    redis = await startRedis()
    closedPort = await findClosedPort()
  })
  afterAll(async () => {
    for (const child of started) child.kill('SIGKILL')
    await redis?.close()
    await warehouse?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  /** Nothing of this process's own environment, so that what the file sets is enough. */
  async function environmentOf(name: string, brokers?: string[]): Promise<Record<string, string>> {
    return {
      ...services[name]?.environment,
      CLICKHOUSE_URL: warehouse?.url ?? '',
      REDIS_URL: redis?.url ?? '',
      KAFKA_BROKERS: brokers?.join(',') ?? `127.0.0.1:${closedPort}`,
      DATA_DIR: dir,
      ...(name === 'ingest' && { HOST: '127.0.0.1', INGEST_METRICS_PORT: String(await findClosedPort()) }),
      ...(name === 'api' && { HOST: '127.0.0.1', PORT: String(await findClosedPort()) })
    }
  }

  // In this order: ingest makes the tables.
  test.each([
    ['ingest', '"what":"topics"'],
    ['jobs', '"msg":"on schedule"'],
    ['api', '"msg":"Kafka cannot be reached"']
  ])('%s starts without its Kafka, says %s, is healthy and stops in time', async (name, line) => {
    await startAndStop(name, { line, env: await environmentOf(name) })
  })

  describeWith('with a real Kafka', sharedKafka, ({ brokers }) => {
    test.each([
      ['ingest', '"msg":"reading events"'],
      ['api', 'http://127.0.0.1:']
    ])('%s starts, says %s, is healthy and stops in time', async (name, line) => {
      await startAndStop(name, { line, env: await environmentOf(name, brokers) })
    })
  })

  async function startAndStop(name: string, { line, env }: { line: string; env: Record<string, string> }) {
    const { command = [], healthcheck, stop_grace_period = '10s' } = services[name] ?? {}
    const isHealthy = () => exitOf(healthcheck?.test.slice(2) ?? [], env)
    let said = ''
    const child = start(command.slice(1), env)
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (said += String(bytes)))

    for (let i = 0; i < 300 && !said.includes(line) && child.exitCode === null; i++) await sleep(100)
    expect(said).toContain(line)
    for (let i = 0; i < (healthcheck?.retries ?? 0) && (await isHealthy()) !== 0; i++) await sleep(500)
    expect(await isHealthy()).toBe(0)
    expect([child.exitCode, said]).toEqual([null, said])

    child.kill('SIGTERM')
    const tooLate = sleep(Number.parseInt(stop_grace_period, 10) * 1_000, 'still running', { ref: false })
    expect(await Promise.race([once(child, 'exit').then(() => 'stopped'), tooLate])).toBe('stopped')
    if (name === 'api') expect(await isHealthy()).not.toBe(0)
  }

  test('a healthcheck of ingest fails while the warehouse has another password', async () => {
    const env = { ...(await environmentOf('ingest')), CLICKHOUSE_PASSWORD: 'another' }
    expect(await exitOf(services['ingest']?.healthcheck.test.slice(2) ?? [], env)).not.toBe(0)
  })

  function start(args: string[], env: Record<string, string>): ChildProcess {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    started.push(child)
    return child
  }

  async function exitOf(args: string[], env: Record<string, string>): Promise<unknown> {
    const [code] = await once(
      start(args, env).on('error', () => undefined),
      'exit'
    )
    return code
  }
})

async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
