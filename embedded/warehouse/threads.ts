import { ANALYST_LIMITS } from '../../models/contracts/analyst-limits.ts'

/** Statements of the pipeline that run at once. */
export const RUNNING_MAX = 8

/**
 * A running statement holds one of the process's threads; the others are for packing, files and stopping queries. As
 * the environment has it, since Node reads it before any of our code.
 */
export const THREADS = String(2 * RUNNING_MAX + ANALYST_LIMITS.running)
