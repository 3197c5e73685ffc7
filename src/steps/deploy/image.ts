/** What can be known of a container image without pulling it. */
export interface ImageReference {
  readonly host: string;
  /** Below the host, without tag and digest. */
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

const REFERENCE =
  /^(?:(?<host>[a-z0-9.-]+\.[a-z]{2,}(?::\d+)?)\/)?(?<path>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]+))?$/;

/** An image reference in its parts, or null when it is none. A name without a host is one of Docker Hub. */
export function readImage(reference: string): ImageReference | null {
  const groups = REFERENCE.exec(reference)?.groups;
  if (groups?.['path'] === undefined) return null;
  const { host, path, tag, digest } = groups;
  return { host: host ?? 'docker.io', path, tag: tag ?? null, digest: digest ?? null };
}

/** Whether Cloud Run pulls from there by itself: Artifact Registry, Container Registry, Docker Hub. */
export function isPulledFrom(host: string): boolean {
  return host === 'docker.io' || host === 'gcr.io' || host.endsWith('.gcr.io') || host.endsWith('-docker.pkg.dev');
}

/** The command that tells whether the image is there. */
export function lookUpCommand(reference: string, { host }: ImageReference): string {
  if (host.endsWith('-docker.pkg.dev')) return `gcloud artifacts docker images describe ${reference}`;
  return host.endsWith('gcr.io') ? `gcloud container images describe ${reference}` : `docker manifest inspect ${reference}`;
}
