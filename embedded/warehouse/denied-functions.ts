/**
 * Functions that reach out of the statement: files, networks, models, dictionaries, other tables by name, the process
 * itself; that wait; or that work so long on one block that no limit of time stops them (the distances of texts are
 * quadratic: two of 60,000 letters take four seconds, and time is looked at between blocks). The engine's roles do not
 * cover `file`, so for it this list and the walk over the syntax tree are the only guard.
 */
export function isDeniedFunction(name: string): boolean {
  const lower = name.toLowerCase()
  return DENIED.has(lower) || DENIED_PREFIXES.some((prefix) => lower.startsWith(prefix))
}

const DENIED_PREFIXES = [
  '__',
  'addressto',
  'ai',
  'arraylevenshtein',
  'dict',
  'editdistance',
  'filesystem',
  'joinget',
  'levenshtein',
  'damerau',
  'naivebayes',
  'region',
  'sleep',
  'structureto',
  'transaction'
]

const DENIED = new Set([
  'aggthrow',
  'arraysimilarity',
  'catboostevaluate',
  'demangle',
  'evalmlmethod',
  'eval',
  'executable',
  'file',
  'flamegraph',
  'fuzzquery',
  'generateserialid',
  'getclienthttpheader',
  'getmacro',
  'getmaxtablenamelengthfordatabase',
  'getmergetreesetting',
  'getoskernelversion',
  'getserverport',
  'getserversetting',
  'hascolumnintable',
  'hasthreadfuzzer',
  'jarosimilarity',
  'jarowinklersimilarity',
  'logtrace',
  'mergetreepartinfo',
  'runningconcurrency',
  'serveruuid',
  'showcertificate',
  'tcpport',
  'trap',
  'viewexplain',
  'zookeepersessionuptime'
])
