import type { Shopper } from './people.ts'
import type { World } from './world.ts'

/** Pence spent from which on a tier is granted. */
const TIERS = [
  ['gold', 20_000],
  ['silver', 10_000],
  ['bronze', 3_500]
] as const

/** A tier once granted stays. */
export function grantTier({ emit }: World, shopper: Shopper): void {
  const { customer_id } = shopper
  const earned = TIERS.find(([, from]) => shopper.spent >= from)?.[0]
  const rank = (tier: Shopper['tier']) => TIERS.findIndex(([name]) => name === tier)
  if (!earned || (shopper.tier && rank(earned) >= rank(shopper.tier))) return
  shopper.tier = earned
  emit('customer_updated', { customer_id, user_id: customer_id, tier: earned })
}
