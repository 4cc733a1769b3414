require('@splunk/otel').start()
require('../serve.cjs').serve()
