const DAYS_A_YEAR = 365

/** What a unit costs that lies unsold for so many days: capital, room and what it loses in worth, as a share of its cost a year. */
export function carryingCost({
  unitCost,
  yearlyShare,
  days
}: {
  unitCost: number
  yearlyShare: number
  days: number
}): number {
  return (unitCost * yearlyShare * days) / DAYS_A_YEAR
}

export type ServiceLevel = { ok: true; level: number } | { ok: false; reason: ServiceReason }
export type ServiceReason = 'nothing is earned by a sale' | 'nothing is lost by carrying' | 'not a number'

/**
 * The newsvendor's critical ratio Cu / (Cu + Co): stock until the next unit would lose as much by lying as it would earn by being
 * there. A certainty is not to be had, so a product that costs nothing to carry needs a level that somebody gives.
 */
export function criticalRatio({ margin, carry }: { margin: number; carry: number }): ServiceLevel {
  if (!Number.isFinite(margin) || !Number.isFinite(carry)) return { ok: false, reason: 'not a number' }
  if (margin <= 0) return { ok: false, reason: 'nothing is earned by a sale' }
  if (carry <= 0) return { ok: false, reason: 'nothing is lost by carrying' }
  return { ok: true, level: margin / (margin + carry) }
}

/**
 * The economic order quantity (Harris 1913), sqrt(2 K D / h): where a year's ordering costs what a year's carrying does.
 * Undefined where demand, the cost of an order or that of carrying is not above 0.
 */
export function economicOrderQuantity(of: {
  orderCost: number
  yearlyDemand: number
  yearlyCarry: number
}): number | undefined {
  const square = (2 * of.orderCost * of.yearlyDemand) / of.yearlyCarry
  const arePositive = of.orderCost > 0 && of.yearlyDemand > 0 && of.yearlyCarry > 0
  return arePositive && Number.isFinite(square) ? Math.sqrt(square) : undefined
}
