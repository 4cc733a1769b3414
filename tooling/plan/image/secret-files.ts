import { nameOf } from './entry.ts'

/** Names of files that hold passwords, tokens or private keys. */
const SECRET_NAMES =
  /^(?:\.env(?:\..*|rc)?|.*\.env|\.dev\.vars|\.npmrc|\.yarnrc(?:\.yml)?|\.netrc|_netrc|\.pypirc|\.git-credentials|\.htpasswd|\.pgpass|\.my\.cnf|\.dockercfg|\.dockerconfigjson|kubeconfig|.*\.kubeconfig|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.*\.(?:p12|pfx|jks|keystore|kdbx|ppk|agekey))$/i

const SECRET_PATHS = /(?:^|\/)(?:\.aws\/credentials|\.docker\/config\.json|\.kube\/config)$/i

/** Files that may hold a private key beside what is harmless: their content decides. */
const KEY_NAMES = /(?:\.(?:pem|key|p8|pk8|crt|cer|asc|gpg|json|ya?ml|txt)|^[^.]+)$/i

/** Names so common in packages that looking into each would take longer than all the rest. */
const HARMLESS_NAMES =
  /^(?:package\.json|tsconfig.*\.json|licen[cs]e.*|notice.*|readme.*|makefile)$/i

/** The most that is looked at of a file for a private key, bytes. */
const MAX_KEY_FILE_BYTES = 64 * 1024

/** Says whether a file is left out by its name: `.env*`, `.npmrc`, key stores and the like. */
export function isSecretName(path: string): boolean {
  return SECRET_NAMES.test(nameOf(path)) || SECRET_PATHS.test(path)
}

/** Says whether to look into a file for a private key. Code is not looked into: it may name the words. */
export function mayHoldPrivateKey(path: string, sizeBytes: number): boolean {
  const name = nameOf(path)
  const isSized = sizeBytes <= MAX_KEY_FILE_BYTES && sizeBytes >= 64
  return isSized && KEY_NAMES.test(name) && !HARMLESS_NAMES.test(name)
}

/** Says whether a text is or carries a private key: PEM, OpenSSH, PGP, or a cloud's key file. */
export function holdsPrivateKey(text: string): boolean {
  return /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/.test(text)
}
