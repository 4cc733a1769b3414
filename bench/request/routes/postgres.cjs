// One query of PostgreSQL, from a pool.
const { createServer } = require('node:http')
const { Pool } = require('pg')
const { sendJson } = require('./send-json.cjs')

exports.openServer = () => {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
  return createServer((request, response) => void answer(pool, response))
}

async function answer(pool, response) {
  const { rows } = await pool.query('select $1::int as id, $2::text as name', [7, 'Ada'])
  sendJson(response, 200, rows[0])
}
