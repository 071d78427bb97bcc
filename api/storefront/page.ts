import type { Activity } from './activity.ts'
import type { Basket } from './basket.ts'
import type { CardProduct, Place } from './card.ts'
import type { ForYou } from './for-you.ts'
import type { Shop } from './shop-api.ts'
import type { Track } from './track.ts'
import type { VisitorSwitch } from './visitor.ts'

/** What every view is handed. */
export type Page = {
  shop: Shop
  visitor: VisitorSwitch
  track: Track
  activity: Activity
  basket: Basket
  forYou: ForYou
  addToBasket: (product: CardProduct, place?: Place) => void
  /** Says it to those who listen instead of look. */
  announce: (text: string) => void
}

/** A view fills `main`; `title` is the document's. */
export type View = { title: string; node: HTMLElement }
