/**
 * Whether a user agent names a well-known program: crawlers and previewers call themselves bot, crawler or spider by
 * custom; those that do not are listed. Tools that people send events with (curl, HTTP libraries) are not among them.
 */
export const isBot = (userAgent: string | undefined): boolean =>
  userAgent !== undefined && BOT.test(userAgent.slice(0, USER_AGENT_CHARS_MAX))

const USER_AGENT_CHARS_MAX = 500
const BOT = new RegExp(
  [
    // Cubot makes telephones.
    '(?<!\\bcu)bot(?![a-z0-9])',
    'crawler',
    'spider',
    'slurp',
    'mediapartners-google',
    'google-inspectiontool',
    'google-read-aloud',
    'feedfetcher',
    'lighthouse',
    'headlesschrome',
    'phantomjs',
    'facebookexternalhit',
    'meta-externalagent',
    'whatsapp/',
    'skypeuripreview',
    'bingpreview',
    'yandex(?:images|metrika|webmaster)',
    'chatgpt-user',
    'claude-user',
    'perplexity-user',
    'ia_archiver',
    'archive\\.org',
    'pingdom',
    'statuscake',
    'site24x7',
    'gtmetrix',
    'screaming frog',
    'ahrefs',
    'semrush'
  ].join('|'),
  'i'
)
