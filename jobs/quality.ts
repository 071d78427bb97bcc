import { judgeQuality, type ModelQuality } from '../models/recommend/quality.ts'
import { recommendSettings } from '../models/recommend/settings.ts'
import { chooseSplit, type Split } from '../models/recommend/time-split.ts'
import { readCustomerPurchases } from './customer-purchases.ts'
import type { JobPorts, JobResult } from './job.ts'
import { readCurrent } from './redis.ts'
import { readShopData } from './shop-data.ts'

const USERS_MAX = 5_000

/** Judges what is served, and each list of it alone, by the shop's own last days, and keeps that in `mart.model_quality`. */
export async function judgeModels({ clickhouse, redis, progress }: JobPorts): Promise<JobResult> {
  const step = (done: number, what: string) => progress(done, 3, `quality: ${what}`)
  step(0, 'reading')
  const data = await readShopData(clickhouse)
  const purchases = await readCustomerPurchases(clickhouse, data.index)
  const split = chooseSplit(purchases, { endMs: data.nowMs, usersMax: USERS_MAX })
  if (!split) {
    step(3, 'too little to judge')
    return {
      version: '',
      detail: `too little to judge: of ${purchases.works.length} purchases of known customers no last days tell enough`
    }
  }
  step(1, 'judging')
  const judged = judgeQuality(data, split, recommendSettings)
  step(2, 'keeping')
  const version = (await readCurrent(redis))['bought_together'] ?? ''
  const judged_at = new Date().toISOString()
  await clickhouse.insert({
    table: 'mart.model_quality',
    values: rowsOf(judged, { split, version, judged_at }),
    format: 'JSONEachRow',
    // The token makes a repeat of the request harmless.
    clickhouse_settings: {
      date_time_input_format: 'best_effort',
      async_insert: 0,
      insert_deduplication_token: `quality ${judged_at}`
    }
  })
  step(3, 'done')
  return { version, detail: sayQuality(judged, split) }
}

type Kept = { split: Split; version: string; judged_at: string }

function rowsOf(judged: readonly ModelQuality[], { split, version, judged_at }: Kept) {
  const hidden = { hidden_from: new Date(split.cutMs).toISOString(), hidden_days: split.hiddenDays }
  return judged.flatMap(({ model, question, users, figures }) =>
    figures.map(({ metric, k, value, interval }) => {
      const [low, high] = interval ?? [null, null]
      return { model, question, metric, k, judged_at, version, value, low, high, users, ...hidden }
    })
  )
}

function sayQuality(judged: readonly ModelQuality[], { hiddenDays }: Split): string {
  const recalls = judged.flatMap(({ model, users, figures }) =>
    figures
      .filter(({ metric, k }) => metric === 'recall' && k === 20)
      .map(({ value, interval }) => {
        const range = interval?.map((bound) => bound.toFixed(3)).join(' to ')
        return `${model} ${value.toFixed(3)} (${range}; ${users} customers)`
      })
  )
  return `recall@20 of the last ${hiddenDays} days: ${recalls.join(', ')}`
}
