import fastify from 'fastify'

/** What Fastify alone can do on this machine: one route, one constant of as many bytes as the first argument says. */
const app = fastify()
const answer = JSON.stringify({ text: 'x'.repeat(Number(process.argv[2] ?? 0)) })
app.get('/', (_, reply) => reply.type('application/json').send(answer))
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`)
process.once('disconnect', () => process.exit(0))
