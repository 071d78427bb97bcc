import type { Process } from './agenda.ts'
import { SUPPLIERS } from './editions.ts'
import { DAY_MS, type World } from './world.ts'

const THRESHOLD_DAYS = 0.7
const RULE_DAYS = 4
const EXPERIMENT_DAYS = 7
const KEY_DAYS = 9
const SUPPLIER_DAYS = 12
const RULES_MAX = 3

export function describeSuppliers({ emit }: World): void {
  for (const supplier of SUPPLIERS) emit('supplier_upserted', { ...supplier, author: 'buyer' })
}

/** A supplier changes its terms now and then. */
export function* negotiate(world: World): Process {
  const { dice, emit } = world
  for (;;) {
    yield world.pacedMs(SUPPLIER_DAYS) * (0.5 + dice.roll())
    const supplier = dice.pick(SUPPLIERS)
    const lead_time_days = supplier.lead_time_days + dice.between(-1, 2)
    emit('supplier_upserted', { ...supplier, lead_time_days, author: 'buyer' })
  }
}

export function* setThresholds(world: World): Process {
  const { dice, emit, catalogue, stock } = world
  for (;;) {
    yield dice.waitMs(world.pacedMs(THRESHOLD_DAYS))
    const edition = dice.pick(catalogue.editions)
    if (edition.state !== 'sold') continue
    const minimum = Math.max(1, stock.level(edition).minimum + dice.between(-1, 1))
    stock.setMinimum(edition, minimum)
    emit('stock_threshold_set', { product_id: edition.product_id, minimum, author: 'buyer' })
  }
}

/** Rules come and go. They name what they are about; that they are simulated is in them too, for whoever applies rules. */
export function* publishRules(world: World): Process {
  const { dice, emit, catalogue } = world
  const live: string[] = []
  for (;;) {
    const rule_id = world.nextId('rule-')
    const definition = JSON.stringify({ simulated: true, boost: { genre: catalogue.genres.draw(dice) } })
    emit('rule_published', { rule_id, definition, author: 'merchandiser' })
    live.push(rule_id)
    yield world.pacedMs(RULE_DAYS) * (0.5 + dice.roll())
    const [oldest] = live
    if (live.length < RULES_MAX || oldest === undefined) continue
    live.shift()
    emit('rule_retired', { rule_id: oldest, author: 'merchandiser' })
  }
}

export function* runExperiments(world: World): Process {
  const { dice, emit } = world
  for (;;) {
    const experiment_id = world.nextId('experiment-')
    const definition = JSON.stringify({ simulated: true, variants: { as_is: 50, popular_only: 50 } })
    emit('experiment_started', { experiment_id, definition, author: 'merchandiser' })
    yield world.pacedMs(EXPERIMENT_DAYS) * (0.5 + dice.roll())
    emit('experiment_stopped', { experiment_id, reason: 'enough visitors', author: 'merchandiser' })
    yield world.pacedMs(EXPERIMENT_DAYS) * (0.5 + dice.roll())
  }
}

/** Keys are replaced. Their hashes are rolled, not made from keys: nobody has a key that fits one. */
export function* rotateKeys(world: World): Process {
  const { dice, emit, timeAfter } = world
  for (;;) {
    const key_id = world.nextId('key-')
    emit('api_key_issued', {
      key_id,
      key_hash: dice.hex(64),
      scope: 'browser',
      label: 'simulated; no key fits it',
      expires_at: timeAfter(90 * DAY_MS),
      author: 'operator'
    })
    yield world.pacedMs(KEY_DAYS) * (0.5 + dice.roll())
    emit('api_key_revoked', { key_id, author: 'operator' })
  }
}
