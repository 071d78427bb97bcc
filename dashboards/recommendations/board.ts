import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { modelVersions, promotions } from '../annotations.ts'
import { makeBoard } from '../board.ts'
import { freshness } from '../freshness.ts'
import { uids } from '../links.ts'
import { servedAge } from '../pipeline/api.ts'
import type { ShopStyle } from '../style.ts'
import { severalOf, warehouseVariable } from '../variables.ts'
import { byPlacement, clickRateBySource, mostServed, outcomes, shownByDay } from './outcomes.ts'
import { breadth, latestQuality, qualityOverTime } from './quality.ts'

const variable = (shop: ShopStyle, name: string, label: string, description: string) =>
  warehouseVariable({ name, label, description, shop, file: new URL(`${name}s.sql`, import.meta.url) })

/** From what came of them, over places and models, to how good they are by what customers bought next. */
export const recommendationsBoard = (shop: ShopStyle): Dashboard =>
  makeBoard(shop, {
    uid: uids.recommendations,
    title: 'Recommendations',
    question: 'Are recommendations seen, clicked and bought, and do they reach far into the catalogue?',
    from: 'now-27d/d',
    refresh: '5m',
    variables: [
      severalOf(variable(shop, 'placement', 'Place', 'Where on the page, as the shop names it')),
      severalOf(variable(shop, 'source', 'Model', 'The model that named the product')),
      variable(
        shop,
        'metric',
        'Quality',
        'The figure that is shown over time, as the dictionary explains it'
      ).current({
        text: 'recall',
        value: 'recall',
        selected: true
      })
    ],
    annotations: [modelVersions(shop), promotions(shop)],
    panels: [
      outcomes(shop),
      clickRateBySource(shop),
      shownByDay(shop),
      byPlacement(shop),
      breadth(shop),
      qualityOverTime(shop),
      latestQuality(shop),
      mostServed(),
      servedAge(),
      freshness(shop)
    ]
  })
