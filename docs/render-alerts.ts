import { headingId } from '../models/contracts/heading-id.ts'

/** docs/alerts.md as a page of the API, for whoever comes from an alert: the few signs of Markdown that it uses. */
export function renderAlerts(markdown: string): string {
  const blocks = markdown.trim().split(/\n\n+/)
  const headings = [...markdown.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading)
  return `<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Alerts · Flipside</title>
  <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/storefront.css">
  <link rel="stylesheet" href="/docs/data.css">
</head>
<body>
  <a class="skip" href="#main">Skip to the content</a>
  <header class="top">
    <div class="top-row">
      <a class="mark" href="/">
        <img src="/assets/favicon.svg" alt="" width="40" height="40">
        <span>Flipside<small>Alerts</small></span>
      </a>
      <nav class="links" aria-label="Flipside"><a href="/">Shop</a><a href="/docs">API</a><a href="/docs/data">Data</a></nav>
    </div>
  </header>
  <div class="data">
    <nav class="contents" aria-label="Contents">
      <details open><summary>Alerts</summary><ul>
        ${headings.map((heading) => `<li><a href="#${headingId(heading)}">${renderText(heading)}</a></li>`).join('\n        ')}
      </ul></details>
    </nav>
    <main id="main" tabindex="-1">
${blocks.map(renderBlock).join('\n')}
    </main>
  </div>
</body>
</html>
`
}

function renderBlock(block: string): string {
  const [, signs, heading = ''] = /^(##?) (.*)$/.exec(block) ?? []
  if (signs) {
    const level = signs.length
    return `<h${level} id="${headingId(heading)}">${renderText(heading)}</h${level}>`
  }
  if (!block.startsWith('- ')) return `<p>${renderText(block)}</p>`
  const items = block.slice(2).split('\n- ')
  return `<ul>${items.map((item) => `<li>${renderText(item)}</li>`).join('')}</ul>`
}

const renderText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
