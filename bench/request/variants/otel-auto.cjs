require('@opentelemetry/auto-instrumentations-node/register')
require('../serve.cjs').serve()
