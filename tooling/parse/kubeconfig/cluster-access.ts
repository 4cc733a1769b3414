/** How one cluster is reached, and as whom: what a kubeconfig's context stands for. */
export interface ClusterAccess {
  /** The context's name. */
  readonly context: string
  readonly server: URL
  readonly tls: ClusterTls
  /** Of the kubeconfig; the environment's proxy counts when absent. */
  readonly proxyUrl?: string
  readonly credentials: ClusterCredentials
}

/** Whom to trust, and the certificate to show. Texts in PEM. */
export interface ClusterTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** The name the server's certificate is checked for, when it is not the address's. */
  readonly serverName?: string
  readonly isInsecure?: boolean
}

/** As whom requests are made, beside the certificate. */
export type ClusterCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  /** Read anew for each use: it is renewed in its place. */
  | { readonly kind: 'token-file'; readonly path: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'exec'; readonly plugin: ExecPlugin }

/** A program that gives credentials. Source: Kubernetes, client-go credential plugins. */
export interface ExecPlugin {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly apiVersion: string
  /** What to do when the program is not there. */
  readonly installHint?: string
  /** It wants to be told of the cluster. */
  readonly providesClusterInfo: boolean
  /** It may ask the person at the terminal. */
  readonly interactive: 'Never' | 'IfAvailable' | 'Always'
}
