import { card } from './card.ts'
import type { Page } from './page.ts'
import { shelf } from './shelf.ts'
import { shopApi, type Recommendations } from './shop-api.ts'
import { count } from './wording.ts'

/** The shelf that follows the visitor. One node for the whole page: views take it in and it keeps what it shows. */
export type ForYou = {
  node: HTMLElement
  /** Another visitor, or the first sight of one. */
  refresh: () => Promise<void>
  /** Something is being sent: from here the wait is counted. */
  noteEvent: () => void
  /** After it was stored: asks again until the answer is another one. */
  followEvent: () => void
  /** Leaves out what the view shows anyway. */
  exclude: (product_ids: readonly string[]) => void
}

const PLACES = 8
/** The profile follows within a second; later asks are for a machine that is busy. */
const ASK_AFTER_MS = [150, 200, 300, 400, 600, 1_000, 2_000, 3_000]

export function createForYou(page: () => Page): ForYou {
  const view = shelf('For you', { places: PLACES, class: 'for-you', note: ' ' })
  let shown: Recommendations | undefined
  let shownTo: string | undefined
  let refreshing: Promise<void> | undefined
  let sentAtMs: number | undefined
  let excluded: readonly string[] = []
  // Counts what was asked for, so that an answer to an older question is not shown.
  let turn = 0

  const visitorKey = () => JSON.stringify(page().visitor.current())
  const ask = () =>
    shopApi.recommendations({
      ...page().visitor.current(),
      limit: PLACES,
      exclude: excluded.length > 0 ? excluded.join(',') : undefined
    })
  const show = (answer: Recommendations) => {
    const { recommendation_id, items } = answer
    const old = shownTo === visitorKey() ? new Set(shown?.items.map((item) => item.product_id)) : undefined
    const isFresh = (product_id: string) => old !== undefined && !old.has(product_id)
    const cards = items.map((item) => {
      const node = card(page(), item, { recommendation_id, position: item.position }, item.reason)
      node.classList.toggle('fresh', isFresh(item.product_id))
      return node
    })
    view.show(cards, 'Nothing in the catalogue can be shown just now.')
    view.note.textContent = answer.degraded_reason ?? describe(answer, page().visitor.isCustomer())
    if (old && !isSame(answer, shown, excluded))
      report(items.filter((item) => isFresh(item.product_id)).length)
    if (!old) sentAtMs = undefined
    shown = answer
    shownTo = visitorKey()
  }

  const report = (freshCount: number) => {
    const waited =
      sentAtMs === undefined
        ? ''
        : ` ${((performance.now() - sentAtMs) / 1_000).toFixed(1)} s after the click`
    sentAtMs = undefined
    const what = freshCount > 0 ? count(freshCount, 'new item', 'new items') : 'another order'
    page().activity(`“For you” changed${waited}: ${what}`, 'answer')
    page().announce(`For you has changed: ${what}`)
  }

  const refresh = async () => {
    const mine = ++turn
    try {
      const answer = await ask()
      if (mine === turn) show(answer)
    } catch (error) {
      if (mine === turn) view.fail(error, () => void refresh())
    }
  }

  const follow = async () => {
    await refreshing
    const mine = ++turn
    const before = shown
    for (const waitMs of ASK_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      if (mine !== turn) return
      const answer = await ask().catch(() => undefined)
      if (mine !== turn) return
      if (!answer || isSame(answer, before, excluded)) continue
      show(answer)
      return
    }
  }

  return {
    node: view.node,
    refresh: () => (refreshing = refresh()),
    noteEvent: () => {
      sentAtMs ??= performance.now()
    },
    followEvent: () => void follow(),
    exclude: (product_ids) => {
      excluded = product_ids
    }
  }
}

/** What the view leaves out is no change, nor what moves up from below in its place. */
function isSame(
  answer: Recommendations,
  before: Recommendations | undefined,
  excluded: readonly string[]
): boolean {
  const kept = (before?.items ?? []).filter((item) => !excluded.includes(item.product_id))
  return (
    before !== undefined &&
    kept.every((item, i) => {
      const now = answer.items[i]
      return now?.product_id === item.product_id && now.reason.text === item.reason.text
    })
  )
}

function describe({ items }: Recommendations, isCustomer: boolean): string {
  if (items.every((item) => item.source === 'popular')) {
    return isCustomer
      ? 'What sells best and this customer does not own.'
      : 'What sells best, until you click something.'
  }
  return isCustomer ? 'From what this customer bought and looked at.' : 'From what you have looked at so far.'
}
