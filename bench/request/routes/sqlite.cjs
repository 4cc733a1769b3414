// One query of a database in memory; nobody instruments node:sqlite.
const { createServer } = require('node:http')
const { DatabaseSync } = require('node:sqlite')
const { sendJson } = require('./send-json.cjs')

exports.openServer = () => {
  const database = new DatabaseSync(':memory:')
  database.exec(`create table users (id integer primary key, name text)`)
  database.exec(`insert into users values (7, 'Ada')`)
  const findUser = database.prepare('select id, name from users where id = ?')
  return createServer((request, response) => sendJson(response, 200, findUser.get(7)))
}
