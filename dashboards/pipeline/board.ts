import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { modelVersions } from '../annotations.ts'
import { makeBoard } from '../board.ts'
import { uids } from '../links.ts'
import type { ShopStyle } from '../style.ts'
import { answersFromMemory, latency, requests, servedAge } from './api.ts'
import { blocks, lag, now, recordsStored, refused } from './ingest.ts'
import { flags, jobs, topics } from './tables.ts'

/** From figures of now, over what comes in and what goes out, to topics, jobs, and what the shop's systems said wrongly. */
export const pipelineBoard = (shop: ShopStyle): Dashboard =>
  makeBoard(shop, {
    uid: uids.pipeline,
    title: 'Pipeline',
    question: 'Is everything that happens in the shop stored, computed and served in time?',
    from: 'now-6h',
    refresh: '30s',
    annotations: [modelVersions(shop)],
    panels: [
      now(),
      lag(),
      recordsStored(),
      refused(),
      blocks(),
      latency(),
      requests(),
      servedAge(),
      answersFromMemory(),
      topics(shop),
      jobs(shop),
      flags(shop)
    ]
  })
