import type { ClickHouseClient } from '@clickhouse/client'
import type { Span } from './erased-people.ts'

/** Somebody who asked to be forgotten, and the browsers that they logged in with. */
export type ErasedPerson = { customer_id: string; event_ids: string[]; browsers: ErasedBrowser[] }
export type ErasedBrowser = {
  anonymous_id: string
  /** Others used it, too: of its history only what came before each login of this person is theirs. */
  shared: boolean
  spans: Span[]
}

type Login = { anonymous_id: string; customer_id: string; at_ms: number }

/** Whose these browsers were, by their logins, and by who did anything else in them. */
export async function findBrowsers(
  client: ClickHouseClient,
  asked: readonly { customer_id: string; event_ids: string[] }[]
): Promise<ErasedPerson[]> {
  const customer_ids = asked.map(({ customer_id }) => customer_id)
  const read = async <Row>(query: string, query_params: Record<string, unknown>): Promise<Row[]> =>
    (await client.query({ query, query_params, format: 'JSONEachRow' })).json<Row>()
  const logins = await read<Login>(
    `SELECT anonymous_id, customer_id, toFloat64(toUnixTimestamp64Milli(occurred_at)) AS at_ms
    FROM raw.customers
    WHERE type = 'customer_logged_in' AND anonymous_id IN
      (SELECT anonymous_id FROM raw.customers WHERE type = 'customer_logged_in' AND customer_id IN ({customer_ids:Array(String)}) AND anonymous_id != '')
    ORDER BY anonymous_id, occurred_at, customer_id`,
    { customer_ids }
  )
  const users = await read<{ anonymous_id: string; customer_id: string }>(
    `SELECT DISTINCT anonymous_id, user_id AS customer_id
    FROM raw.behaviour
    WHERE user_id != '' AND anonymous_id IN ({anonymous_ids:Array(String)})`,
    { anonymous_ids: [...new Set(logins.map(({ anonymous_id }) => anonymous_id))] }
  )
  const loginsOf = Map.groupBy(logins, ({ anonymous_id }) => anonymous_id)
  const usersOf = Map.groupBy([...logins, ...users], ({ anonymous_id }) => anonymous_id)
  return asked.map(({ customer_id, event_ids }) => ({
    customer_id,
    event_ids,
    browsers: [...loginsOf]
      .filter(([, some]) => some.some((login) => login.customer_id === customer_id))
      .map(([anonymous_id, some]) => ({
        anonymous_id,
        shared: (usersOf.get(anonymous_id) ?? []).some((user) => user.customer_id !== customer_id),
        spans: spansOf(some, customer_id)
      }))
  }))
}

/** What a guest did up to a login is of whoever logged in then; logins come by time. */
function spansOf(logins: readonly Login[], customer_id: string): ErasedBrowser['spans'] {
  return logins.flatMap((login, i) =>
    login.customer_id === customer_id ? [{ after_ms: logins[i - 1]?.at_ms ?? -1, until_ms: login.at_ms }] : []
  )
}
