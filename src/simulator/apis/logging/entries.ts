import { ApiError, errorInfo, invalid } from '../../surface/api-error.ts';
import { pageSize, readToken, writeToken } from '../../surface/paging.ts';
import type { Call, Route } from '../../surface/router.ts';
import type { Surface } from '../../surface/surface.ts';
import { asInteger, asString, camelKeys, onlyKnown, type Fields } from '../../surface/wire.ts';
import type { WorldLogEntry } from '../../world/contract.ts';
import { parseEntryFilter } from './filter.ts';

const HOST = 'logging.googleapis.com';
/** entries.list calls a minute and project (gcp-facts 5.2). */
const READS_A_MINUTE = 60;
const MINUTE_MS = 60_000;
const REQUEST = new Set(['resourceNames', 'projectIds', 'filter', 'orderBy', 'pageSize', 'pageToken']);

/** Cloud Logging v2 entries:list (gcp-facts 5.2). Oldest first unless asked; 60 calls a minute, then 429. */
export function loggingRoutes(surface: Surface): readonly Route[] {
  const quota = new ReadQuota(surface.projectNumber);
  return [
    {
      id: 'logging.entries.list',
      host: HOST,
      method: 'POST',
      path: '/v2/entries:list',
      permission: 'logging.logEntries.list',
      writes: false,
      answersAfresh: true,
      answer: (call) => {
        quota.spend(call.now);
        return list(surface, call);
      },
    },
  ];
}

function list(surface: Surface, call: Call): unknown {
  const body = camelKeys(call.body()) as Fields;
  onlyKnown(body, REQUEST, '');
  const parents = [body['resourceNames'], body['projectIds']].flatMap((names) => (Array.isArray(names) ? names.map(String) : []));
  if (parents.length === 0) throw invalid('At least one resource name must be given.', 'resourceNames');
  const own = [surface.project, surface.projectNumber].flatMap((project) => [project, `projects/${project}`]);
  const matching = parents.some((parent) => own.includes(parent))
    ? select(surface, call.now, asString(body['filter'], 'filter') ?? '')
    : [];
  const orderBy = asString(body['orderBy'], 'order_by') ?? 'timestamp asc';
  if (!/^timestamp( (asc|desc))?$/.test(orderBy)) throw invalid(`Invalid order_by: '${orderBy}'.`, 'orderBy');
  const size = pageSize(asInteger(body['pageSize'], 'page_size'), 50, 1_000);
  return onePage(surface, matching, {
    newestFirst: orderBy.endsWith('desc'),
    size,
    token: asString(body['pageToken'], 'page_token') ?? '',
  });
}

function select(surface: Surface, now: number, text: string): readonly WorldLogEntry[] {
  const filter = parseEntryFilter(text);
  return surface.world.logs.entries(filter.from, Math.min(filter.to, now)).filter((entry) => filter.matches(entry));
}

/** `matching` is oldest first. */
function onePage(
  surface: Surface,
  matching: readonly WorldLogEntry[],
  { newestFirst, size, token }: { readonly newestFirst: boolean; readonly size: number; readonly token: string },
): unknown {
  if (token === '' && surface.switches.emptyLogPages && matching.length > 0) return { nextPageToken: writeToken(0) };
  const offset = token === '' ? 0 : readToken(token);
  const end = matching.length - offset;
  const entries = newestFirst ? matching.slice(Math.max(0, end - size), Math.max(0, end)).reverse() : matching.slice(offset, offset + size);
  const next = offset + entries.length;
  return {
    ...(entries.length > 0 && { entries: entries.map((entry) => ({ ...entry, receiveTimestamp: entry.timestamp })) }),
    ...(next < matching.length && { nextPageToken: writeToken(next) }),
  };
}

/** Counts calls in whole minutes of simulated time. */
class ReadQuota {
  readonly #projectNumber: string;
  #minute = -1;
  #spent = 0;

  constructor(projectNumber: string) {
    this.#projectNumber = projectNumber;
  }

  spend(now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#spent = 0;
    }
    this.#spent += 1;
    if (this.#spent > READS_A_MINUTE) throw this.#exceeded();
  }

  #exceeded(): ApiError {
    const consumer = `project_number:${this.#projectNumber}`;
    const message = `Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute' of service '${HOST}' for consumer '${consumer}'.`;
    const metadata = {
      service: HOST,
      consumer: `projects/${this.#projectNumber}`,
      quota_metric: `${HOST}/read_requests`,
      quota_location: 'global',
      quota_limit: 'ReadRequestsPerMinutePerProject',
      quota_limit_value: String(READS_A_MINUTE),
      quota_unit: '1/min/{project}',
    };
    const help = {
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [{ description: 'Request a higher quota limit.', url: 'https://cloud.google.com/docs/quotas/help/request_increase' }],
    };
    return new ApiError('RESOURCE_EXHAUSTED', message, { details: [errorInfo('RATE_LIMIT_EXCEEDED', 'googleapis.com', metadata), help] });
  }
}
