/** Whom to trust over TLS, where the company has authorities of its own. */
const PASSED_ON = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SystemRoot'] as const

/** Gives the environment for a child process of servicex's own: no secrets, and no NODE_OPTIONS that would load the app's hooks. */
export function readChildEnv(): Readonly<Record<string, string>> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(passedOn)
}
