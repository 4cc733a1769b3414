require('@elastic/opentelemetry-node')
require('../serve.cjs').serve()
