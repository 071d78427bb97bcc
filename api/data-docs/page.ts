import type { Dictionary } from '../../models/contracts/data-dictionary.ts'

/** One page that works without its script, too: the script only finds things in it. */
export function renderDataPage({ marts, figures, questions }: Dictionary): string {
  return `<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="description" content="What analysts may read: every mart, figure and column, with example questions">
  <title>The data · Flipside</title>
  <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/storefront.css">
  <link rel="stylesheet" href="/docs/data.css">
  <script type="module" src="/docs/data.ts"></script>
</head>
<body>
  <a class="skip" href="#main">Skip to the content</a>
  <header class="top">
    <div class="top-row">
      <a class="mark" href="/">
        <img src="/assets/favicon.svg" alt="" width="40" height="40">
        <span>Flipside<small>The data</small></span>
      </a>
      <form class="find" role="search" id="find-form">
        <label class="hidden" for="find">Find a mart, column, figure or question</label>
        <input id="find" type="search" maxlength="100" placeholder="Find a mart, column, figure or question" autocomplete="off" disabled>
      </form>
      <nav class="links" aria-label="Flipside"><a href="/">Shop</a><a href="/docs">API</a></nav>
    </div>
  </header>
  <div class="data">
    <nav class="contents" aria-label="Contents">
      ${renderContents('Marts', 'marts', marts)}
      ${renderContents('Figures', 'figures', figures)}
      ${renderContents('Questions', 'questions', questions)}
    </nav>
    <main id="main" tabindex="-1">
      <h1>The data</h1>
      <p>What analysts may read, in database <code>mart</code>. Times are in UTC, days in the shop’s zone. Money is in the currency of
      its row: never add up two currencies. What is invented, as in a demo, is marked in columns named <code>simulated</code> or
      <code>…_is_simulated</code>.</p>
      <p id="found" role="status"></p>
      <section aria-labelledby="marts"><h2 id="marts">Marts</h2>${marts.map(renderMart).join('')}</section>
      <section aria-labelledby="figures"><h2 id="figures">Figures</h2>
      <p class="about">One definition each, which the API and the boards use, too. Figures of sales are sums over the rows that are
      asked for; the others are whole queries that take <code>from</code> and <code>to</code>, both included.</p>${figures.map(renderFigure).join('')}</section>
      <section aria-labelledby="questions"><h2 id="questions">Questions</h2>
      <p class="about">Each runs as it is, with the rights of an analyst.</p>${questions.map(renderQuestion).join('')}</section>
    </main>
  </div>
</body>
</html>
`
}

function renderContents(
  title: string,
  id: string,
  entries: readonly { name: string; question?: string }[]
): string {
  const items = entries.map(
    ({ name, question }) =>
      `<li><a href="#${id}-${text(name)}">${question === undefined ? words(name) : text(question)}</a></li>`
  )
  return `<details open><summary><a href="#${id}">${title}</a></summary><ul>${items.join('')}</ul></details>`
}

function renderMart({ name, kind, meaning, row, columns }: Dictionary['marts'][number]): string {
  const rows = columns.map(
    (column) =>
      `<tr><th scope="row">${words(column.name)}</th><td class="type">${words(column.type)}</td><td>${text(column.meaning)}</td></tr>`
  )
  return `
<article id="marts-${text(name)}" data-entry>
  <h3><a href="#marts-${text(name)}">${words(name)}</a> <span class="kind">${kind}</span></h3>
  <p>${text(meaning)}.${row && ` ${text(row)}`}</p>
  <table><thead><tr><th scope="col">column</th><th scope="col">type</th><th scope="col">meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>
</article>`
}

function renderFigure({ name, meaning, unit, by, sql }: Dictionary['figures'][number]): string {
  const parts = by.length > 0 ? ` <span class="kind">by ${text(by.join(', '))}</span>` : ''
  return `
<article id="figures-${text(name)}" data-entry>
  <h3><a href="#figures-${text(name)}">${words(name)}</a> <span class="kind">${text(unit)}</span>${parts}</h3>
  <p>${text(meaning)}.</p>
  <details><summary>SQL</summary>${code(sql)}</details>
</article>`
}

const renderQuestion = ({ name, question, sql }: Dictionary['questions'][number]): string => `
<article id="questions-${text(name)}" data-entry>
  <h3><a href="#questions-${text(name)}">${text(question)}</a></h3>
  ${code(sql)}
</article>`

const code = (sql: string): string => `<pre><code>${text(sql)}</code></pre>`

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

const text = (value: string): string => value.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')

/** Long names may break where their parts meet. */
const words = (name: string): string => text(name).replaceAll(/[_(]/g, (sign) => `${sign}<wbr>`)
