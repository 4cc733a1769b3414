const { fastify } = require('fastify')

exports.openServer = async () => {
  const app = fastify()
  app.get('/users/:id', async (request) => ({ hello: 'world', id: request.params.id }))
  await app.ready()
  return app.server
}
