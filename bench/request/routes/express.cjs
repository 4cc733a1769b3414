const { createServer } = require('node:http')
const express = require('express')

exports.openServer = () => {
  const app = express()
  app.get('/users/:id', (request, response) =>
    response.json({ hello: 'world', id: request.params.id }),
  )
  return createServer(app)
}
