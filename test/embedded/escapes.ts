/** Something that an analyst might try, and what must come of it. */
export type Attempt = {
  name: string
  sql: string
  /** Goes into the address. */
  query?: Record<string, string>
  /** The error's number; a bounded one runs, and ends in time. */
  ends: { refused: number[] } | { bounded: number[] } | { through: string }
}

/** What the attempts are after: a file on the disk, private tables, and where a file would be written. */
export type Targets = { secretFile: string; writtenFile: string }

const DENIED = { refused: [497] }
const READ_ONLY = { refused: [164] }
const SETTING = { refused: [452] }
const SYNTAX = { refused: [62] }

export function escapeAttempts({ secretFile, writtenFile }: Targets): Attempt[] {
  const file = `file('${secretFile}')`
  return [
    ...readFile(file, secretFile),
    ...reachOut(secretFile),
    ...writeFile(file, writtenFile),
    ...change(),
    ...set(),
    ...readPrivate(),
    ...hide(file),
    ...useUp()
  ]
}

type Row = [name: string, sql: string, query?: Record<string, string>]

const attempts = (ends: Attempt['ends'], rows: Row[]): Attempt[] =>
  rows.map(([name, sql, query]) => ({ name, sql, ends, ...(query && { query }) }))

/** The scalar `file` ignores roles and readonly, so these are what would leak. */
function readFile(file: string, path: string): Attempt[] {
  const inString = file.replaceAll("'", "''")
  return attempts(DENIED, [
    ['scalar file()', `SELECT ${file}`],
    ['file() with a default', `SELECT file('${path}', 'none')`],
    ['file() in capitals', `SELECT FILE('${path}')`],
    ['file() in quotes', `SELECT "file"('${path}')`],
    ['file() in backticks', `SELECT \`file\`('${path}')`],
    ['file() behind a comment', `SELECT /* x */ file /* y */ ('${path}')`],
    ['file() over lines', `SELECT\nfile\n\t('${path}')`],
    ['file() inside another function', `SELECT upper(ifNull(${file}, ''))`],
    ['file() in a CTE', `WITH x AS (SELECT ${file} AS s) SELECT s FROM x`],
    ['file() in a scalar CTE', `WITH (SELECT ${file}) AS s SELECT s`],
    ['file() in a subquery', `SELECT (SELECT ${file})`],
    ['file() in FROM (SELECT …)', `SELECT * FROM (SELECT ${file} AS s)`],
    ['file() in WHERE', `SELECT 1 WHERE ${file} LIKE 'T%'`],
    ['file() in PREWHERE', `SELECT a FROM mart.t PREWHERE ${file} LIKE 'T%'`],
    ['file() in ORDER BY', `SELECT a FROM mart.t ORDER BY ${file}`],
    ['file() in GROUP BY', `SELECT count() FROM mart.t GROUP BY ${file}`],
    ['file() in HAVING', `SELECT count() FROM mart.t HAVING ${file} != ''`],
    ['file() in LIMIT', `SELECT a FROM mart.t LIMIT length(${file})`],
    ['file() in LIMIT BY', `SELECT a FROM mart.t LIMIT 1 BY ${file}`],
    [
      'file() in a window frame',
      `SELECT sum(a) OVER (ORDER BY a ROWS BETWEEN length(${file}) PRECEDING AND CURRENT ROW) FROM mart.t`
    ],
    ['file() in a named window', `SELECT sum(a) OVER w FROM mart.t WINDOW w AS (PARTITION BY ${file})`],
    ['file() in WITH FILL', `SELECT a FROM mart.t ORDER BY a WITH FILL FROM length(${file})`],
    ['file() in INTERPOLATE', `SELECT a, s FROM mart.t ORDER BY a WITH FILL INTERPOLATE (s AS ${file})`],
    ['file() in an interval', `SELECT now() - INTERVAL length(${file}) SECOND`],
    ['file() in JOIN ON', `SELECT 1 FROM mart.t AS x JOIN mart.t AS y ON x.s = concat(y.s, ${file})`],
    ['file() in ARRAY JOIN', `SELECT x FROM mart.t ARRAY JOIN [${file}] AS x`],
    ['file() in IN', `SELECT 1 IN (${file})`],
    ['file() in UNION', `SELECT '' UNION ALL SELECT ${file}`],
    ['file() in EXCEPT', `SELECT ${file} EXCEPT SELECT ''`],
    ['file() in QUALIFY', `SELECT a FROM mart.t QUALIFY ${file} != ''`],
    ['file() in CASE', `SELECT CASE WHEN 1 THEN ${file} END`],
    ['file() in a cast', `SELECT ${file}::String`],
    ['file() as a parameter of an aggregate', `SELECT quantile(length(${file}))(1)`],
    ['file() in an array', `SELECT [${file}][1]`],
    ['file() in a message of throwIf', `SELECT throwIf(1, ${file})`],
    ['file() as formatRow', `SELECT formatRow('CSV', ${file})`],
    ['file() passed to arrayMap', `SELECT arrayMap(file, ['${path}'])`],
    ['file() passed to arrayMap in quotes', `SELECT arrayMap(\`file\`, ['${path}'])`],
    ['file() in a lambda', `SELECT arrayMap(x -> file(x), ['${path}'])`],
    ['file() passed to arrayFold', `SELECT arrayFold((a, x) -> file(x), ['${path}'], '')`],
    ['file() through APPLY', `SELECT * APPLY(file) FROM (SELECT '${path}' AS s)`],
    ['file() through COLUMNS() APPLY', `SELECT COLUMNS('s') APPLY(file) FROM (SELECT '${path}' AS s)`],
    ['file() through APPLY of a lambda', `SELECT * APPLY(x -> file(x)) FROM (SELECT '${path}' AS s)`],
    ['file() through REPLACE', `SELECT * REPLACE(file(s) AS s) FROM (SELECT '${path}' AS s)`],
    [
      'a parameter that is a name of a function',
      `SELECT arrayMap({f:Identifier}, ['${path}'])`,
      { param_f: 'file' }
    ],
    ['a parameter that is a name of a table', 'SELECT * FROM {t:Identifier}', { param_t: 'raw.t' }],
    ['file() in view()', `SELECT * FROM view(SELECT ${file})`],
    ['file() in values()', `SELECT * FROM values('s String', (${file}))`],
    ['file() as an ALIAS of values()', `SELECT b FROM values('a String, b String ALIAS ${inString}', ('1'))`],
    ['… with a line feed in it', `SELECT b FROM values('a String, b String\nALIAS\n${inString}', ('1'))`],
    ['… put together', `SELECT b FROM values(concat('a String, b String AL', 'IAS ${inString}'), ('1'))`],
    [
      '… given as a parameter',
      "SELECT b FROM values({d:String}, ('1'))",
      { param_d: `a String, b String ALIAS ${file}` }
    ],
    ['file() as a DEFAULT of null()', `SELECT * FROM null('a String DEFAULT ${inString}')`],
    ['file() in format()', `SELECT * FROM format(Values, 's String', '(${inString})')`],
    ['eval() of a text', `SELECT * FROM eval('SELECT ${inString}')`],
    ['a function that somebody made of file()', `SELECT reads('${path}')`],
    ['… by its name alone', `SELECT arrayMap(reads, ['${path}'])`],
    ['… by its name alone in arrayMax', `SELECT ARRAYMAX(reads, ['${path}'])`],
    ['… by another name', `WITH reads AS f SELECT arrayMap(f, ['${path}'])`],
    ['… in a lambda', `SELECT arrayMap(x -> reads(x), ['${path}'])`],
    ['EXPLAIN of file()', `EXPLAIN SELECT ${file}`],
    ['EXPLAIN SYNTAX of file()', `EXPLAIN SYNTAX SELECT ${file}`],
    ['EXPLAIN QUERY TREE, which folds file()', `EXPLAIN QUERY TREE SELECT ${file}`],
    ['DESCRIBE of a query with file()', `DESCRIBE (SELECT ${file})`],
    ['SHOW TABLES WHERE file()', `SHOW TABLES FROM mart WHERE throwIf(1, ${file})`],
    ['SHOW COLUMNS WHERE file()', `SHOW COLUMNS FROM t FROM mart WHERE throwIf(1, ${file})`],
    ['SHOW INDEX WHERE file()', `SHOW INDEX FROM t FROM mart WHERE throwIf(1, ${file})`],
    ['EXPLAIN AST of SHOW … WHERE file()', `EXPLAIN AST SHOW TABLES FROM mart WHERE throwIf(1, ${file})`]
  ])
}

function reachOut(path: string): Attempt[] {
  const sources: [name: string, call: string][] = [
    ['file', `file('${path}', 'LineAsString')`],
    ['url', "url('http://127.0.0.1:1/x', 'LineAsString')"],
    ['s3', "s3('http://127.0.0.1:1/b/x', 'k', 's', 'CSV', 'a String')"],
    ['gcs', "gcs('http://127.0.0.1:1/b/x', 'CSV', 'a String')"],
    ['azureBlobStorage', "azureBlobStorage('x', 'y', 'z', 'CSV')"],
    ['hdfs', "hdfs('hdfs://127.0.0.1:1/x', 'CSV', 'a String')"],
    ['remote', "remote('127.0.0.1', raw.t)"],
    ['remoteSecure', "remoteSecure('127.0.0.1', raw.t)"],
    ['cluster', "cluster('default', raw.t)"],
    ['mysql', "mysql('127.0.0.1:1', 'd', 't', 'u', 'p')"],
    ['postgresql', "postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')"],
    ['sqlite', "sqlite('x.db', 't')"],
    ['mongodb', "mongodb('127.0.0.1:1', 'd', 't', 'u', 'p', 'a String')"],
    ['redis', "redis('127.0.0.1:1', 'k', 'k String, v String')"],
    ['odbc', "odbc('DSN=x', 't')"],
    ['jdbc', "jdbc('jdbc:x', 't')"],
    ['executable', "executable('x.sh', TSV, 'a String')"],
    ['iceberg', "icebergLocal('/tmp/x')"],
    ['deltaLake', "deltaLakeLocal('/tmp/x')"],
    ['filesystem', "filesystem('/tmp')"],
    ['merge', "merge('raw', '.*')"],
    ['dictionary', "dictionary('raw.d')"],
    ['mergeTreeIndex', 'mergeTreeIndex(raw, t)'],
    ['loop', 'loop(raw.t)'],
    ['viewIfPermitted', "viewIfPermitted(SELECT * FROM raw.t ELSE null('a Int32'))"],
    ['viewExplain', "viewExplain('EXPLAIN', '', (SELECT * FROM raw.t))"],
    ['fuzzQuery', "fuzzQuery('SELECT 1')"]
  ]
  return [
    ...attempts(
      DENIED,
      sources.map(([name, call]) => [`the table function ${name}()`, `SELECT * FROM ${call}`])
    ),
    ...attempts(DENIED, [
      ['IN a table function', "SELECT 1 IN url('http://127.0.0.1:1/x', 'CSV', 'a Int8')"],
      ['DESCRIBE url()', "DESCRIBE url('http://127.0.0.1:1/x')"],
      [
        'EXPLAIN TABLE OVERRIDE',
        "EXPLAIN TABLE OVERRIDE mysql('127.0.0.1:1','d','t','u','p') PARTITION BY x"
      ],
      ['dictGet()', "SELECT dictGet('raw.d', 's', toUInt64(1))"],
      ['dictHas()', "SELECT dictHas('raw.d', toUInt64(1))"],
      ['joinGet()', "SELECT joinGet('raw.j', 's', 1)"],
      ['hasColumnInTable()', "SELECT hasColumnInTable('raw', 't', 's')"],
      ['getMacro()', "SELECT getMacro('x')"],
      ['getServerSetting()', "SELECT getServerSetting('max_connections')"],
      ['showCertificate()', 'SELECT showCertificate()'],
      ['aiGenerate()', "SELECT aiGenerate('x', 'y')"],
      ['catboostEvaluate()', "SELECT catboostEvaluate('/x', 1)"],
      ['addressToLine()', 'SELECT addressToLine(1)'],
      ['filesystemAvailable()', 'SELECT filesystemAvailable()'],
      ['getClientHTTPHeader()', "SELECT getClientHTTPHeader('x-clickhouse-key')"]
    ])
  ]
}

function writeFile(file: string, path: string): Attempt[] {
  return [
    ...attempts(READ_ONLY, [
      ['INTO OUTFILE', `SELECT 1 INTO OUTFILE '${path}'`],
      ['INTO OUTFILE AND STDOUT', `SELECT 1 INTO OUTFILE '${path}' AND STDOUT`],
      ['INTO OUTFILE with comments', `SELECT 1 INTO/**/OUTFILE--\n'${path}' TRUNCATE`],
      ['INTO OUTFILE in EXPLAIN', `EXPLAIN SELECT 1 INTO OUTFILE '${path}'`],
      ['INTO OUTFILE in SHOW', `SHOW TABLES INTO OUTFILE '${path}'`],
      ['INTO OUTFILE in DESCRIBE', `DESCRIBE mart.t INTO OUTFILE '${path}'`],
      ['INTO OUTFILE in EXISTS', `EXISTS mart.t INTO OUTFILE '${path}'`],
      ['INSERT INTO FUNCTION file()', `INSERT INTO FUNCTION file('${path}', 'CSV', 'a Int8') SELECT 1`],
      [
        'INSERT INTO FUNCTION url()',
        "INSERT INTO FUNCTION url('http://127.0.0.1:1', 'CSV', 'a Int8') SELECT 1"
      ],
      ['BACKUP', `BACKUP TABLE mart.t TO File('${path}')`],
      ['RESTORE', `RESTORE TABLE mart.t FROM File('${path}')`]
    ]),
    ...attempts(DENIED, [
      ['INTO OUTFILE in EXPLAIN AST', `EXPLAIN AST SELECT 1 INTO OUTFILE '${path}'`],
      ['INTO OUTFILE in EXPLAIN AST twice', `EXPLAIN AST EXPLAIN AST SELECT 1 INTO OUTFILE '${path}'`],
      ['INTO OUTFILE in EXPLAIN AST of DESCRIBE', `EXPLAIN AST DESCRIBE mart.t INTO OUTFILE '${path}'`],
      ['INTO OUTFILE in EXPLAIN AST of SHOW', `EXPLAIN AST SHOW TABLES INTO OUTFILE '${path}'`]
    ]),
    ...attempts(SETTING, [
      ['a setting that writes a file', 'SELECT 1', { output_format_schema: path }],
      ['a setting that reads a schema', 'SELECT 1 FORMAT Protobuf', { format_schema: path }],
      ['a setting that reads a template', 'SELECT 1 FORMAT Template', { format_template_row: path }],
      [
        'a filter with file() as a setting',
        'SELECT * FROM mart.t',
        { additional_table_filters: `{'mart.t': '${file.replaceAll("'", "\\'")}'}` }
      ],
      ['a filter of results as a setting', 'SELECT 1', { additional_result_filter: file }]
    ])
  ]
}

function change(): Attempt[] {
  return attempts(READ_ONLY, [
    ['INSERT … VALUES', "INSERT INTO mart.t VALUES (1, 'x')"],
    ['INSERT … SELECT', "INSERT INTO mart.t SELECT 1, 'x'"],
    ['INSERT … FORMAT', 'INSERT INTO mart.t FORMAT TSV\n1\tx\n'],
    ['WITH … INSERT', "WITH 1 AS x INSERT INTO mart.t SELECT x, 'x'"],
    ['CREATE TABLE', 'CREATE TABLE mart.x (a Int8) ENGINE = Memory'],
    ['CREATE TABLE over a file', "CREATE TABLE mart.x (a String) ENGINE = File(CSV, '/etc/passwd')"],
    ['CREATE TEMPORARY TABLE', 'CREATE TEMPORARY TABLE x (a Int8)'],
    ['CREATE VIEW over raw', 'CREATE VIEW mart.x AS SELECT * FROM raw.t'],
    ['CREATE MATERIALIZED VIEW', 'CREATE MATERIALIZED VIEW mart.x ENGINE = Memory AS SELECT * FROM raw.t'],
    ['CREATE FUNCTION', 'CREATE FUNCTION f AS x -> file(x)'],
    ['CREATE DATABASE', 'CREATE DATABASE x'],
    [
      'CREATE DICTIONARY',
      "CREATE DICTIONARY mart.x (a UInt64) PRIMARY KEY a SOURCE(FILE(PATH '/etc/passwd' FORMAT CSV)) LAYOUT(FLAT()) LIFETIME(0)"
    ],
    ['CREATE USER', "CREATE USER x IDENTIFIED BY 'x'"],
    ['CREATE NAMED COLLECTION', 'CREATE NAMED COLLECTION x AS a = 1'],
    ['GRANT', 'GRANT SELECT ON raw.* TO analyst'],
    ['DROP TABLE', 'DROP TABLE mart.t'],
    ['DROP DATABASE', 'DROP DATABASE mart'],
    ['UNDROP', 'UNDROP TABLE mart.t'],
    ['TRUNCATE', 'TRUNCATE TABLE mart.t'],
    ['RENAME', 'RENAME TABLE mart.t TO mart.u'],
    ['EXCHANGE', 'EXCHANGE TABLES mart.t AND mart.u'],
    ['ATTACH', 'ATTACH TABLE mart.t'],
    ['DETACH', 'DETACH TABLE mart.t'],
    ['OPTIMIZE', 'OPTIMIZE TABLE mart.t FINAL'],
    ['ALTER … DELETE', 'ALTER TABLE mart.t DELETE WHERE 1'],
    ['ALTER … MODIFY SQL SECURITY', 'ALTER TABLE mart.v MODIFY SQL SECURITY NONE'],
    ['DELETE', 'DELETE FROM mart.t WHERE 1'],
    ['UPDATE', 'UPDATE mart.t SET s = 1 WHERE 1'],
    ['KILL QUERY', 'KILL QUERY WHERE 1'],
    ['KILL QUERY by id', "KILL QUERY WHERE query_id = 'x'"],
    ['KILL MUTATION', 'KILL MUTATION WHERE 1'],
    ['SYSTEM SHUTDOWN', 'SYSTEM SHUTDOWN'],
    ['SYSTEM KILL', 'SYSTEM KILL'],
    ['SYSTEM RELOAD CONFIG', 'SYSTEM RELOAD CONFIG'],
    ['SYSTEM FLUSH LOGS', 'SYSTEM FLUSH LOGS'],
    ['BEGIN TRANSACTION', 'BEGIN TRANSACTION'],
    ['EXECUTE AS', 'EXECUTE AS default SELECT * FROM raw.t'],
    ['WATCH', 'WATCH mart.t']
  ])
}

function set(): Attempt[] {
  return [
    ...attempts(READ_ONLY, [
      ['SET', 'SET max_memory_usage = 0'],
      ['SET readonly', 'SET readonly = 0'],
      ['SET ROLE', 'SET ROLE writer'],
      ['SET ROLE ALL', 'SET ROLE ALL'],
      ['SET ROLE NONE', 'SET ROLE NONE'],
      ['SET DEFAULT ROLE', 'SET DEFAULT ROLE writer TO default'],
      ['SET PROFILE', "SET profile = 'default'"],
      ['USE', 'USE raw'],
      ['SETTINGS readonly', 'SELECT 1 SETTINGS readonly = 0'],
      ['SETTINGS of a limit', 'SELECT 1 SETTINGS max_rows_to_read = 0'],
      ['SETTINGS of a filter', "SELECT * FROM mart.t SETTINGS additional_table_filters = {'mart.t': '1'}"],
      ['SETTINGS behind FORMAT', 'SELECT 1 FORMAT TSV SETTINGS max_result_rows = 0'],
      ['SETTINGS in EXPLAIN', 'EXPLAIN SELECT 1 SETTINGS max_memory_usage = 0']
    ]),
    ...attempts(SETTING, [
      ['a profile with the request', 'SELECT 1', { profile: 'default' }],
      ['a setting that is not listed', 'SELECT 1', { allow_ddl: '1' }],
      ['introspection with the request', 'SELECT 1', { allow_introspection_functions: '1' }],
      ['files on the disk with the request', 'SELECT 1', { max_bytes_before_external_sort: '1' }],
      ['a limit that is no number', 'SELECT 1', { max_execution_time: 'x' }],
      ['another parser with the request', 'SELECT 1', { dialect: 'kusto' }]
    ]),
    ...attempts(DENIED, [
      ['SETTINGS in a subquery', 'SELECT * FROM (SELECT 1 SETTINGS max_memory_usage = 0)'],
      ['SETTINGS profile', "SELECT 1 SETTINGS profile = 'default'"],
      ['a role with the request', 'SELECT 1', { role: 'writer' }],
      ['a private database with the request', 'SELECT * FROM t', { database: 'raw' }],
      ['the database system with the request', 'SELECT * FROM processes', { database: 'system' }]
    ]),
    ...attempts({ refused: [48] }, [['a session', 'SELECT 1', { session_id: 'x' }]])
  ]
}

function readPrivate(): Attempt[] {
  const tables =
    'users roles grants role_grants processes query_log query_cache settings_changes server_settings user_processes named_collections disks storage_policies parts parts_columns stack_trace errors events metrics macros clusters dictionaries mutations merges view_refreshes backups asynchronous_inserts replicas dropped_tables detached_parts remote_data_paths user_directories quotas row_policies jemalloc_stats symbols build_options contributors'
  return attempts(DENIED, [
    ...tables.split(' ').map((table): Row => [`system.${table}`, `SELECT * FROM system.${table}`]),
    ['raw', 'SELECT * FROM raw.t'],
    ['raw in quotes', 'SELECT * FROM `raw`."t"'],
    ['raw in IN', "SELECT 'TOP' IN raw.t"],
    ['raw in a join', 'SELECT * FROM mart.t AS x JOIN raw.t AS y USING a'],
    ['raw in EXISTS', 'SELECT exists(SELECT 1 FROM raw.t)'],
    ['raw behind a name', 'WITH raw.t AS x SELECT x.s FROM raw.t'],
    ['raw as a column', 'SELECT raw.t.s'],
    ['ops', 'SELECT * FROM ops.x'],
    ['a view of raw that is nobody else’s', 'SELECT * FROM mart.invoker'],
    ['system in IN', "SELECT 'x' IN system.processes"],
    ['DESCRIBE raw', 'DESCRIBE raw.t'],
    ['SHOW CREATE raw', 'SHOW CREATE TABLE raw.t'],
    ['EXISTS raw', 'EXISTS TABLE raw.t'],
    ['CHECK TABLE', 'CHECK TABLE raw.t'],
    ['EXPLAIN ESTIMATE of raw', 'EXPLAIN ESTIMATE SELECT * FROM raw.t'],
    ['SHOW PROCESSLIST', 'SHOW PROCESSLIST'],
    ['SHOW GRANTS', 'SHOW GRANTS'],
    ['SHOW USERS', 'SHOW USERS'],
    ['SHOW CREATE USER', 'SHOW CREATE USER default'],
    ['SHOW ACCESS', 'SHOW ACCESS'],
    ['SHOW DICTIONARIES', 'SHOW DICTIONARIES'],
    ['SHOW CLUSTERS', 'SHOW CLUSTERS'],
    ['SHOW FILESYSTEM CACHES', 'SHOW FILESYSTEM CACHES'],
    ['a table of the default database', 'SELECT * FROM default.t'],
    ['STREAM', 'SELECT * FROM mart.t STREAM']
  ])
}

/** What makes a text look like another one. */
function hide(file: string): Attempt[] {
  return [
    ...attempts(SYNTAX, [
      ['two statements', `SELECT 1; SELECT ${file}`],
      ['two statements behind a comment', `SELECT 1 --\n;\n SELECT ${file}`],
      ['PARALLEL WITH', `SELECT 1 PARALLEL WITH SELECT ${file}`],
      ['a zero byte', `SELECT 1\0, ${file}`],
      ['an open string', "SELECT 'a"],
      ['an open comment', 'SELECT 1 /*'],
      ['nothing but a comment', '-- x'],
      ['a statement of megabytes', `SELECT '${'x'.repeat(3 * 1024 ** 2)}'`]
    ]),
    ...attempts(DENIED, [
      ['FORMAT within curly quotes', `SELECT ‘ FORMAT TSV ’, ${file}`],
      ['a quote in a heredoc', `SELECT $x$ ' FORMAT TSV $x$, ${file}, '`.replace(/, '$/, '')],
      ['a quote behind a backslash', `SELECT '\\' FORMAT TSV ', ${file}`],
      ['blanks of Unicode', `SELECT\u00a0file\u2003${file.slice(4)}`],
      ['a name over two lines', `SELECT 1 AS \`x\n Literal 1\`, ${file}`],
      ['a name like the tree’s own text', `SELECT ${file} AS \`x (children 1)\``],
      ['a deep nest', `SELECT ${'identity('.repeat(200)}${file}${')'.repeat(200)}`]
    ]),
    ...attempts(
      { through: 'curly quotes hold a string, which stays one: the engine’s rendering has plain quotes' },
      [['FORMAT and a function in curly quotes', `SELECT ‘x FORMAT TSV , ${file.replaceAll("'", '"')} ’`]]
    )
  ]
}

function useUp(): Attempt[] {
  return [
    ...attempts(DENIED, [
      ['sleep()', 'SELECT sleep(3)'],
      ['sleepEachRow()', 'SELECT sleepEachRow(1) FROM numbers(100)'],
      ['generateRandom()', "SELECT * FROM generateRandom('a String') LIMIT 1000000000000"],
      [
        'a distance that nothing could stop',
        "SELECT sum(editDistance(repeat('a', 60000), toString(number))) FROM numbers(1000)"
      ]
    ]),
    ...attempts({ bounded: [158] }, [
      ['numbers(1e12)', 'SELECT sum(number) FROM numbers(1000000000000)'],
      ['numbers_mt(1e12)', 'SELECT uniqExact(number) FROM numbers_mt(1000000000000)'],
      ['generateSeries to 1e12', 'SELECT count() FROM generateSeries(1, 1000000000000)'],
      [
        'EXPLAIN of a scalar subquery of 1e12',
        'EXPLAIN SELECT (SELECT sum(number) FROM numbers(1000000000000))'
      ]
    ]),
    ...attempts({ bounded: [158, 159] }, [
      [
        'system.numbers without an end',
        'SELECT sum(sipHash64(number)) FROM system.numbers',
        { max_execution_time: '2' }
      ],
      ['system.zeros without an end', 'SELECT count() FROM system.zeros', { max_execution_time: '2' }],
      [
        'a limit of time asked to be none',
        'SELECT count() FROM numbers(400000000) WHERE NOT ignore(sipHash64(toString(number)))',
        { max_execution_time: '2' }
      ],
      [
        'a cross join',
        'SELECT count() FROM numbers(20000000) AS a, numbers(1000) AS b WHERE sipHash64(a.number, b.number) = 1',
        { max_execution_time: '2' }
      ]
    ]),
    ...attempts({ bounded: [396] }, [
      ['a result of 10 GB', "SELECT repeat('x', 1000) FROM numbers(10000000)", { max_execution_time: '20' }],
      ['a result of many rows', 'SELECT number FROM numbers(400000000)', { max_result_rows: '0' }]
    ]),
    ...attempts({ bounded: [241] }, [
      ['a string of 1 GB', "SELECT length(repeat('x', 1000000000))"],
      ['an array of 4 GB', 'SELECT length(range(499999999))'],
      ['groupArray of everything', 'SELECT length(groupArray(number)) FROM numbers(100000000)'],
      [
        'GROUP BY of everything',
        'SELECT count() FROM (SELECT number FROM numbers(100000000) GROUP BY number)'
      ],
      [
        'ORDER BY of everything',
        'SELECT toString(number) FROM numbers(100000000) ORDER BY sipHash64(number) LIMIT 1 OFFSET 90000000'
      ],
      ['DISTINCT of everything', 'SELECT count() FROM (SELECT DISTINCT number FROM numbers(100000000))'],
      [
        'a memory limit asked to be none',
        "SELECT length(repeat('x', 1000000000))",
        { max_memory_usage: '0' }
      ],
      ['an IN of everything', 'SELECT 1 IN (SELECT number FROM numbers(100000000))'],
      [
        'a join with everything',
        'SELECT count() FROM numbers(10) AS a JOIN numbers(100000000) AS b USING number'
      ]
    ]),
    ...attempts({ bounded: [306] }, [
      [
        'recursion without an end',
        'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT sum(n) FROM r'
      ]
    ]),
    ...attempts({ bounded: [62, 167, 168, 306] }, [
      ['deep nesting', `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
      ['deep arrays', `SELECT ${'['.repeat(20_000)}1${']'.repeat(20_000)}`],
      ['deep calls', `SELECT ${'negate('.repeat(5_000)}1${')'.repeat(5_000)}`],
      ['deep subqueries', `${'SELECT * FROM ('.repeat(2_000)}SELECT 1${')'.repeat(2_000)}`]
    ]),
    ...attempts({ bounded: [36, 241] }, [
      [
        'a name that doubles 60 times',
        `WITH 1 AS x0${Array.from({ length: 60 }, (_, i) => `, [x${i}, x${i}] AS x${i + 1}`).join('')} SELECT x60`
      ],
      [
        'a replacement that grows',
        "SELECT length(replaceAll(repeat('a', 1000000), 'a', repeat('b', 100000)))"
      ],
      ['randomString of everything', 'SELECT length(randomString(1000000000))']
    ])
  ]
}
