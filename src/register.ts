/**
 * `node --import servicex/register app.js`: sets the hooks before any module of the app is loaded,
 * so that real ES modules are seen too. It does not start anything: `init()` does.
 */
import { readAppPackage } from './config/app-package.ts'
import { arm } from './instrumentation/arm.ts'
import { hookEsModules } from './instrumentation/esm-loads.ts'
import { registerOtelMetrics } from './metrics/otel-meter.ts'
import { registerOtelApi } from './tracing/otel-api.ts'

// First: instrumentations ask for their tracer and their meter as they are made.
registerOtelApi()
registerOtelMetrics()
const app = readAppPackage(process.argv[1], process.cwd())
hookEsModules(app.root)
arm(app, true)
