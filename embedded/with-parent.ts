/**
 * Ends this process with the one that started it, even if that is gone before this line. To be called first: until then
 * there is nothing to let go of. What it gives back is for when there is: from then on `stop` lets go of it.
 */
export function leaveWithParent(): (stop: () => void) => void {
  const leave = () => process.exit(0)
  process.once('disconnect', leave)
  if (process.send && !process.connected) leave()
  return (stop) => void process.off('disconnect', leave).once('disconnect', stop)
}
