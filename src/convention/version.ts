/** The version of servicex; the release script keeps it equal to package.json's, and a test holds it. */
export const SERVICEX_VERSION = '0.1.0'

/** The version of OpenTelemetry's API that is built in, which package.json names; a test holds it. */
export const OTEL_API_VERSION = '1.10.0'
