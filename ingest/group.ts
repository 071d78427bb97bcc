/** The consumer group that stores events. Whoever holds it knows that nobody else stores anything meanwhile. */
export const WAREHOUSE_GROUP = 'flipside-warehouse'
