import { ANALYST_LIMITS } from '../models/contracts/analyst-limits.ts'
import { ANALYST_DATABASE } from '../models/contracts/analysts.ts'

/** Who asks for the boards, in ClickHouse and in Grafana's data source. */
export const BOARDS_USER = 'boards'
/** All panels of a board ask at once, and several people look; analysts have two at a time. */
const RUNNING = 24

/**
 * A ClickHouse server's file of the boards' user, who is an analyst: reads the marts and nothing else. The plugin sets the
 * time that a query may take, so that is changeable, up to an analyst's most. The password is in the server's environment.
 */
export function boardsUser(): string {
  const limits = Object.entries(ANALYST_LIMITS.statement)
  return `<clickhouse>
  <profiles>
    <${BOARDS_USER}>
      <readonly>1</readonly>
      <max_concurrent_queries_for_user>${RUNNING}</max_concurrent_queries_for_user>
${limits.map(([name, { usual }]) => `      <${name}>${usual}</${name}>`).join('\n')}
      <constraints>
        <max_execution_time>
          <min>1</min>
          <max>${ANALYST_LIMITS.statement.max_execution_time.max}</max>
          <changeable_in_readonly/>
        </max_execution_time>
      </constraints>
    </${BOARDS_USER}>
  </profiles>
  <users>
    <${BOARDS_USER}>
      <password from_env="BOARDS_PASSWORD"/>
      <networks><ip>::/0</ip></networks>
      <profile>${BOARDS_USER}</profile>
      <quota>default</quota>
      <default_database>${ANALYST_DATABASE}</default_database>
      <grants><query>GRANT SELECT ON ${ANALYST_DATABASE}.*</query></grants>
    </${BOARDS_USER}>
  </users>
</clickhouse>
`
}
