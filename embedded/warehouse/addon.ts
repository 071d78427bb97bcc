import { createRequire } from 'node:module'
import { join } from 'node:path'

/** A connection as the addon hands it out. */
export type Handle = { readonly kind: unique symbol }
export type Result = { bytes: Uint8Array; elapsed: number; rowsRead: number; bytesRead: number }

/** Statements that were found, 0 when the text does not parse; of the class, 0 is reading, and nothing else. */
export type Classified = { statementCount: number; queryClass: number }

/** What we use of the native addon of chDB 3.4. Its queries run on threads of Node's pool. */
export type Addon = {
  CreateConnection(directory: string, args: readonly string[]): Handle
  /** One query of a connection at a time. */
  QueryAsyncConnection(connection: Handle, sql: string, format: string): Promise<Result>
  /** Must never be called while a query runs on the connection: that ends the engine. */
  CloseConnection(connection: Handle): void
  DurableClassifyAsync(connection: Handle, sql: string, database: null): Promise<Classified>
}

/**
 * Loads the engine, 560 MB, from the package's own loader and not through its `Session`, for two reasons: the
 * classifier is not passed on, and a `Session` that is closed while any other has a query running stays open until
 * there is an instant without one, which under load never comes.
 */
export function loadAddon(): Addon {
  const require = createRequire(import.meta.url)
  try {
    // Outside data that no schema can check: the version is pinned, and the tests use every call.
    const loader = require(join(require.resolve('chdb'), '..', 'dist', 'loader.js')) as {
      loadNative(): Addon
    }
    return loader.loadNative()
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw new Error(
      'The embedded warehouse needs the npm package chdb, an optional dependency for Linux (x64 and arm64 with glibc) ' +
        `and macOS. Install it there, or set CLICKHOUSE_URL to a ClickHouse server. (${reason})`,
      { cause }
    )
  }
}
