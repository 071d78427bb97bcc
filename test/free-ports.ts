import { once } from 'node:events'
import { createServer } from 'node:net'

/** Ports of this machine that nobody listens on, all different; somebody else may take one before it is used. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => {
    const address = server.address()
    if (address && typeof address === 'object') return address.port
    throw new Error('no free port')
  })
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
