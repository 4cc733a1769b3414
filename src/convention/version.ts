/** The version of servicex; the release script keeps it equal to package.json's, and a test holds it. */
export const SERVICEX_VERSION = '0.1.0'
