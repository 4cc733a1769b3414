/**
 * The part of Sentry's SDK that is used. It is built into a chunk of its own, without the rest:
 * as it is installed it loads 570 modules and costs a start five times the processor time.
 */
export {
  captureException,
  flush,
  initWithoutDefaultIntegrations,
  linkedErrorsIntegration,
  makeNodeTransport,
  nodeContextIntegration,
  openTelemetryIntegration,
} from '@sentry/node'
