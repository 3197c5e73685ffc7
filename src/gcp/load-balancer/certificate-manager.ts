import type { CertificateFacts } from '../../core/model/observation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallOptions } from '../../ports/cloud.ts';
import { allPages } from '../response-parsing.ts';
import type { Send } from '../calls.ts';
import { list, optionalText, understood } from '../json.ts';
import { lazy } from '../lazy.ts';
import type { Scope } from '../scope.ts';
import type { certificatemanager_v1 } from './certificate-manager-client.ts';
import { certificatesOfMap, managerCertificate, mapEntry, missing } from './certificates.ts';

const PAGE_SIZE = 500;
const MAX_PAGES = 10;

interface Page {
  readonly parent: string;
  readonly pageSize: number;
  readonly pageToken?: string;
}

/** Certificate Manager v1, reads only (gcp-facts 6): where a proxy has a certificate map instead of certificates. */
export function createCertificateManager(
  scope: Scope,
  clock: Clock,
): {
  /** Certificates that these maps show, and those named one by one; by short name. One read each map and one for all. */
  inForce(maps: readonly string[], named: readonly string[], options?: CallOptions): Promise<readonly CertificateFacts[]>;
} {
  const parent = `projects/${scope.project}/locations/global`;
  const client = lazy(clock, async () => {
    const { certificatemanager_v1: manager } = await import('./certificate-manager-client.ts');
    return new manager.Certificatemanager(scope.client as certificatemanager_v1.Options).projects.locations;
  });

  async function all<T>(
    what: string,
    read: (value: unknown) => T,
    { ask, under }: { readonly ask: (page: Page) => Send; readonly under: string },
    options: CallOptions | undefined,
  ): Promise<readonly T[]> {
    const call = { api: 'certificatemanager', method: `${what}.list`, resource: under };
    const pages = await allPages(what, MAX_PAGES, async (pageToken) => {
      const page = { parent: under, pageSize: PAGE_SIZE, ...(pageToken === undefined ? {} : { pageToken }) };
      return understood(what, await scope.calls.read(call, ask(page), options), (body) => ({
        items: list(body[what], what).map(read),
        nextPageToken: optionalText(body.nextPageToken, 'nextPageToken') ?? undefined,
      }));
    });
    return pages.flatMap(({ items }) => items);
  }

  return {
    async inForce(maps, named, options) {
      const api = await client();
      const entriesOf = (map: string) =>
        all(
          'certificateMapEntries',
          mapEntry,
          {
            ask: (page) => (signal) => api.certificateMaps.certificateMapEntries.list(page, { signal }),
            under: `${parent}/certificateMaps/${map}`,
          },
          options,
        );
      const [certificates, ...entries] = await Promise.all([
        all(
          'certificates',
          managerCertificate,
          { ask: (page) => (signal) => api.certificates.list(page, { signal }), under: parent },
          options,
        ),
        ...maps.map(entriesOf),
      ]);
      const single = named.map((name) => certificates.find((each) => each.name === name) ?? missing(name, 'certificate-manager'));
      return [...single, ...certificatesOfMap(entries.flat(), certificates)];
    },
  };
}
