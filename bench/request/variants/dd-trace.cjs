require('dd-trace').init()
require('../serve.cjs').serve()
