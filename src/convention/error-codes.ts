/** What one error code means and what to do about it; `docs/errors.md` is generated from these. */
export interface ErrorEntry {
  /** When it is thrown, in one sentence. */
  readonly meaning: string
  /** The one thing to do, imperative. */
  readonly fix: string
}

/** Every error code of both halves. A code is never renamed or given another meaning. */
export const ERRORS = {
  SERVICEX_CONFIG_INVALID: {
    meaning:
      'One or more settings of the service are missing or malformed; all of them are listed at once, at start.',
    fix: 'Set every listed variable where its source says, then start again.',
  },
  SERVICEX_DECLARATION_MISSING: {
    meaning:
      'The image of a deploy declares nothing, and neither does the folder: nothing says what it is.',
    fix: 'Build the image with kube build, or deploy in the folder of the service.',
  },
  SERVICEX_RULES_BROKEN: {
    meaning:
      'The commit breaks a rule of the convention in every environment: it could not be deployed.',
    fix: 'Follow the rules it names, or agree on an exception with an owner and a last day.',
  },
  SERVICEX_DECLARATION_INVALID: {
    meaning: 'What defineService() was given breaks a rule of the convention.',
    fix: 'Correct the listed fields of service.ts.',
  },
  SERVICEX_INIT_TWICE: {
    meaning: 'init() was called a second time in one process; the first call is named.',
    fix: 'Call init() once, in the entrypoint, and import `log` and the rest where you need them.',
  },
  SERVICEX_METRIC_INVALID: {
    meaning:
      'A metric was declared with a name or labels that Prometheus does not accept, or twice in different shapes.',
    fix: 'Use [a-zA-Z_:][a-zA-Z0-9_:]* for the name, [a-zA-Z_][a-zA-Z0-9_]* for labels, and one declaration a name.',
  },
  SERVICEX_ADMIN_PORT_UNAVAILABLE: {
    meaning: 'The admin port (health, readiness, metrics) could not be opened.',
    fix: 'Free the port, or set ADMIN_PORT to another one.',
  },
  SERVICEX_PROJECT_INVALID: {
    meaning:
      'The folder is no Node package, or its package.json or lockfiles cannot be read as one.',
    fix: 'Run the command in the folder of a service, and correct the named file.',
  },
  SERVICEX_SETTINGS_INVALID: {
    meaning:
      '`package.json#servicex`, or the company preset it extends, has a key that does not exist or a value that is not allowed.',
    fix: 'Correct the listed keys.',
  },
  SERVICEX_GIT: {
    meaning: 'The repository or the commit could not be read; nothing was done.',
    fix: 'Run the command in a clone that holds the commit.',
  },
  SERVICEX_IMAGE_REFERENCE_INVALID: {
    meaning: 'The name of an image does not follow the grammar of image references.',
    fix: 'Write it as registry.example/path/name:tag, or with @sha256: and a digest.',
  },
  SERVICEX_IMAGE_NOT_FOUND: {
    meaning: 'The registry has no such image, or the image has none for the platform asked for.',
    fix: 'Push it first, or name a tag and a platform that exist.',
  },
  SERVICEX_IMAGE_INVALID: {
    meaning:
      'What the registry holds is no image that can be built on: its manifest or config is malformed.',
    fix: 'Push the image again, or name another one.',
  },
  SERVICEX_IMAGE_DIGEST_MISMATCH: {
    meaning:
      'Content that was read, or that the registry confirmed, is not what its digest names; it was not used.',
    fix: 'Run the command again; when it stays, the registry, a proxy or a disk changes content.',
  },
  SERVICEX_IMAGE_TAG_TAKEN: {
    meaning: 'The tag of a commit already names other content in the registry; it was not moved.',
    fix: 'Commit a change and build again, or delete the tag in the registry.',
  },
  SERVICEX_IMAGE_NOT_REBASABLE: {
    meaning:
      'An image cannot be put on another base without building: its layers cannot be told from its base, or may not fit the new one.',
    fix: 'Build the commit anew on the new base.',
  },
  SERVICEX_IMAGE_LOCK_INVALID: {
    meaning:
      'The file servicex.lock cannot be read: it is no JSON, of a newer version, or names no digest.',
    fix: 'Run `kube build --update-base`.',
  },
  SERVICEX_REGISTRY_UNREACHABLE: {
    meaning:
      'A registry gave no answer, also when asked again: refused, reset, timed out, unknown or with a certificate that is not trusted.',
    fix: 'Check the address, the network and the proxy; then run the command again.',
  },
  SERVICEX_REGISTRY_DENIED: {
    meaning:
      'A registry refused the credentials, or there were none; where they were looked for is listed.',
    fix: 'Log in to the registry with an account that may do this.',
  },
  SERVICEX_REGISTRY_UNSAFE: {
    meaning:
      'A registry asked for something that could give credentials or content to another party; it was not done.',
    fix: 'Correct the registry, or name what it asks for in the settings when it is right.',
  },
  SERVICEX_REGISTRY_FAILED: {
    meaning:
      'A registry answered with an error, also when asked again, or with something that is no answer.',
    fix: 'Look into what the registry says, then run the command again: what was pushed is kept.',
  },
  SERVICEX_SIGNING_KEY_INVALID: {
    meaning: 'The key that --sign names cannot be read, is locked, or is not of the curve P-256.',
    fix: 'Make one with openssl: an EC key of P-256 in PEM.',
  },
  SERVICEX_SIGNING_IDENTITY: {
    meaning:
      'A signature without a key was asked for where nothing says who signs, or by a token that cannot be used; nothing was pushed.',
    fix: 'Let the CI give the job an OIDC token with the audience sigstore, or sign with a key.',
  },
  SERVICEX_SIGNING_FAILED: {
    meaning:
      'The CI, Fulcio or Rekor did not do its part of a keyless signature, also when asked again. An image that was being pushed has no tag.',
    fix: 'Run the command again: what was pushed is kept, and the tag comes after the signature.',
  },
  SERVICEX_CREDENTIALS_INVALID: {
    meaning: 'A file with registry credentials cannot be read, or its credential helper failed.',
    fix: 'Correct the named file, or log in again.',
  },
  SERVICEX_CALL_INVALID: {
    meaning:
      'A call of another service could not be sent as it was asked for: a parameter, a header or an option is not possible on the wire.',
    fix: 'Check the named value before the call.',
  },
  SERVICEX_CLIENT_ADDRESS: {
    meaning:
      'The address of another service is not known, or is one that no call may go to (link-local addresses hold cloud credentials).',
    fix: 'Set the variable SERVICEX_URL_<NAME> that the error names, or give the client a baseUrl.',
  },
  SERVICEX_DESCRIPTION_FAILED: {
    meaning:
      '`service.ts` could not be read: it cannot be loaded, does work when it is loaded, or takes too long. Nothing was done.',
    fix: 'Let service.ts only declare, and move what does work to the entrypoint.',
  },
  SERVICEX_CONTRACT_INVALID: {
    meaning:
      'A contract declares what cannot stand on the wire or contradicts itself, or implement() was given other operations than the contract has; every place is listed.',
    fix: 'Correct the listed places of the contract or of its handlers.',
  },
  SERVICEX_TREE_DIRTY: {
    meaning: 'The working tree differs from its commit, so no commit names what would be built.',
    fix: 'Commit or discard the listed files; --allow-dirty builds them under a name that says so.',
  },
  SERVICEX_IMAGE_MAIN_MISSING: {
    meaning: 'The module that starts the app was not found among the files of the image.',
    fix: 'Name it in package.json#main.',
  },
  SERVICEX_IMAGE_CONTENT_UNSAFE: {
    meaning:
      "A file cannot come into an image: a link that leaves the image's folder, a device, a name that is no UTF-8, or one file instead of another.",
    fix: 'Remove the listed files, or exclude them in package.json#servicex.image.exclude.',
  },
  SERVICEX_IMAGE_PLATFORM: {
    meaning:
      'Native code among the dependencies was made for another platform than the image: the app would fail when it loads it.',
    fix: 'Use a version of the package that brings binaries for the platform, or build for another one.',
  },
  SERVICEX_LOCKFILE_MISSING: {
    meaning:
      'The app has dependencies and no lockfile in its commit, so what is installed is not exact.',
    fix: 'Commit the lockfile of your package manager.',
  },
  SERVICEX_INSTALL_FAILED: {
    meaning:
      'The package manager could not install what the lockfile says; its own words are shown.',
    fix: 'Do what it says; the same command is repeatable by hand.',
  },
  SERVICEX_BUILD_FAILED: {
    meaning:
      "The app's own build, or the tool that builds its Dockerfile, failed; its last words are shown.",
    fix: 'Mend what its last lines say.',
  },
  SERVICEX_BUILDER_MISSING: {
    meaning:
      'No program that this needs is on the machine: a container engine, or the package manager.',
    fix: 'Install one of those that are named.',
  },
  SERVICEX_INGRESS_HOST_MISSING: {
    meaning:
      '`service.ts` declares an ingress, and neither it nor the settings of the environment say under which host.',
    fix: 'Set ingress.domain of the environment in package.json#servicex, or ingress.hosts in service.ts.',
  },
  SERVICEX_OVERRIDE_INVALID: {
    meaning:
      'A file of kube/ cannot be read as Kubernetes objects, or has a field that Kubernetes does not know.',
    fix: 'Correct the listed fields; `kube generate` shows what comes out.',
  },
  SERVICEX_CLIENT_SETTINGS: {
    meaning: 'The resilience settings that a client was given are none that there are.',
    fix: 'Correct the listed settings; docs/resilience.md says what each one does.',
  },
  SERVICEX_SNAPSHOT_INVALID: {
    meaning: 'A document that should be the snapshot of a contract is none, or cannot be fetched.',
    fix: 'Give a file or an address of what toSnapshot() of servicex/contract gives.',
  },
  SERVICEX_DEV_NOT_RUNNING: {
    meaning: 'No `kube dev` of this person is running, or the one that was named does not answer.',
    fix: 'Start `kube dev` in the folder of a service, or give --url the address that it printed.',
  },
  SERVICEX_FILE_EXISTS: {
    meaning:
      'A file that was to be written for you to change is there already; it was left as it is.',
    fix: 'Change it by hand, or give --force to replace it.',
  },
  SERVICEX_FOLDER_NOT_EMPTY: {
    meaning: 'A new app was to be made in a folder that has something in it; nothing was written.',
    fix: 'Name another folder, or empty this one.',
  },
  SERVICEX_NEW_FAILED: {
    meaning: 'The files of a new app were written, and what comes after them failed.',
    fix: 'Mend what npm or git says, and run that step again in the folder.',
  },
  SERVICEX_KUBECONFIG_INVALID: {
    meaning: 'The kubeconfig cannot be read, or lacks the context of the environment.',
    fix: 'Correct the kubeconfig, or the context of the environment in package.json#servicex.',
  },
  SERVICEX_CLUSTER_CREDENTIALS: {
    meaning:
      'The credentials for a cluster cannot be had: a plugin is missing or fails, or a token file cannot be read.',
    fix: 'Log in again, or install the plugin that the kubeconfig names.',
  },
  SERVICEX_CLUSTER_UNREACHABLE: {
    meaning: 'The API server of the cluster could not be reached, for as long as it was tried.',
    fix: 'Check the network, the proxy and the address of the server in the kubeconfig.',
  },
  SERVICEX_CLUSTER_REFUSED: {
    meaning:
      'The API server refused a request: the account may not, or the object is not accepted.',
    fix: 'Give the account the rights that the error names, or correct the object.',
  },
  SERVICEX_CLUSTER_MISMATCH: {
    meaning:
      'The context leads to another cluster than the environment is mapped to; nothing was changed.',
    fix: 'Correct the context in the kubeconfig, or clusterId of the environment.',
  },
  SERVICEX_PREFLIGHT_FAILED: {
    meaning: 'A check before a deploy found what would make it fail; nothing was changed.',
    fix: 'Correct every listed finding, then deploy again.',
  },
  SERVICEX_DEPLOY_LOCKED: {
    meaning: 'Another deploy of the app is running.',
    fix: 'Wait for it, or look at it with `kube <env> status`.',
  },
  SERVICEX_DEPLOY_SUPERSEDED: {
    meaning: 'A newer revision was deployed while this deploy waited or ran.',
    fix: 'Look at what serves with `kube <env> status`.',
  },
  SERVICEX_RUN_FAILED: {
    meaning:
      'A command that was to run once in the cluster could not be started, or was ended by the cluster.',
    fix: 'Correct what is listed, then run it again.',
  },
  SERVICEX_ROLLOUT_FAILED: {
    meaning: 'New pods cannot serve; what is wrong with them is listed.',
    fix: 'Correct what is listed, then deploy again.',
  },
  SERVICEX_ROLLED_BACK: {
    meaning: 'New pods cannot serve; the revision before them was restored.',
    fix: 'Correct what is listed, then deploy again.',
  },
  SERVICEX_ROLLOUT_TIMED_OUT: {
    meaning: 'A rollout did not end in its time, and nothing says for certain why.',
    fix: 'Look at the pods with `kube <env> status` and `kube <env> logs`.',
  },
  SERVICEX_NODE_TOO_OLD: {
    meaning: 'The Node that runs the tool is of an older line than the package supports.',
    fix: 'Use Node 24.',
  },
  SERVICEX_USAGE: {
    meaning: 'A command line was not understood; nothing was done.',
    fix: 'Run the command with --help.',
  },
} as const

/** A stable identifier of one kind of failure, `SERVICEX_…`. */
export type ErrorCode = keyof typeof ERRORS
