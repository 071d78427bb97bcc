/**
 * One arena, and what is freed goes back to the system: else glibc keeps what many threads once had, 200 MB of the demo in all. Read by
 * no other C library, and whoever sets them is heard.
 */
export const FRUGAL = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072'
}
