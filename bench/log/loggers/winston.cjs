const winston = require('winston')
const { answerLines } = require('../answer-lines.cjs')
const { MESSAGE, nextEntry } = require('../entry.cjs')

const log = winston.createLogger({
  format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
  transports: [new winston.transports.Console({ forceConsole: false })],
})
answerLines(() => log.info(MESSAGE, nextEntry()))
