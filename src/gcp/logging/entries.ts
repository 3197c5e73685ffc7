import { logging_v2 } from 'googleapis/build/src/apis/logging/v2.js';
import type { LogsPort, RawLogEntry } from '../../ports/cloud.ts';
import { locatedOf, regionsIn } from '../../core/region.ts';
import { badAnswer } from '../response-parsing.ts';
import type { Scope } from '../scope.ts';
import { entryIn } from './raw-entry.ts';

const LARGEST_PAGE = 1_000;
/** Pages may be empty with more to come; each costs one of 60 reads a minute (gcp-facts 5.2). */
const MAX_PAGES = 5;

/**
 * What counts although its severity does not say so: stderr lines have none, and container exits are WARNING. Everything else
 * below WARNING would push the crashes out of the page.
 */
const TELLING_TEXTS = [
  'Traceback',
  'Container called exit',
  'Worker failed to boot',
  'Exception in worker process',
  'No module named',
  'Memory limit of',
  'probe failed',
  'Error -3 connecting',
  'Temporary failure in name resolution',
];

const TOLD = TELLING_TEXTS.map((words) => `textPayload:${quoted(words)}`).join(' OR ');

/** Cloud Logging: one combined question per read, newest first (gcp-facts 5.2). Entries beyond `limit` are older and left out. */
export function createLogs(scope: Scope): LogsPort {
  const api = new logging_v2.Logging(scope.client as logging_v2.Options).entries;
  return {
    async read(services, sinceAt, limit, options) {
      if (services.length === 0) return [];
      const call = { api: 'logging', method: 'entries.list', resource: services.join(',') };
      const requestBody = {
        resourceNames: [`projects/${scope.project}`],
        filter: logFilter(services, scope.region, sinceAt, options?.texts),
        orderBy: 'timestamp desc',
        pageSize: Math.min(limit, LARGEST_PAGE),
      };
      const entries: RawLogEntry[] = [];
      let pageToken: string | undefined;
      for (let page = 1; page <= MAX_PAGES && entries.length < limit; page += 1) {
        const asked = pageToken === undefined ? requestBody : { ...requestBody, pageToken };
        const answer = readPage(await scope.calls.read(call, (signal) => api.list({ requestBody: asked }, { signal }), options));
        for (const entry of answer.entries) entries.push(entryIn(entry, scope.region));
        if (answer.nextPageToken === undefined) break;
        pageToken = answer.nextPageToken;
      }
      return entries.length > limit ? entries.slice(0, limit) : entries;
    },
  };
}

/** The combined filter; exported because its text is what a reader of the report may paste into the console. */
function logFilter(services: readonly string[], home: string, sinceAt: number, texts?: readonly string[]): string {
  const places = regionsIn(services, home).map((region) => {
    const here = services.map((service) => locatedOf(service, home)).filter((place) => place.region === region);
    const ours = here.map(({ name }) => `resource.labels.service_name=${quoted(name)}`).join(' OR ');
    return `resource.labels.location=${quoted(region)} AND (${ours})`;
  });
  return [
    'resource.type="cloud_run_revision"',
    places.length === 1 ? places.join('') : `(${places.map((place) => `(${place})`).join(' OR ')})`,
    `timestamp>="${new Date(sinceAt).toISOString()}"`,
    `(${texts === undefined ? trouble() : texts.flatMap((words) => TEXT_FIELDS.map((field) => `${field}:${quoted(words)}`)).join(' OR ')})`,
  ].join(' AND ');
}

/** Where an application's words stand: plain lines, and the usual fields of structured ones (`raw-entry.ts` reads the same). */
const TEXT_FIELDS = ['textPayload', 'jsonPayload.message', 'jsonPayload.msg', 'jsonPayload.error', 'jsonPayload.exception'];

function trouble(): string {
  return `severity>=WARNING OR httpRequest.status>=500 OR ${TOLD}`;
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

function readPage(body: unknown): { readonly entries: readonly unknown[]; readonly nextPageToken: string | undefined } {
  if (body === null || typeof body !== 'object') throw badAnswer('log entries', 'body: not an object');
  const { entries, nextPageToken } = body as Record<string, unknown>;
  if (entries !== undefined && !Array.isArray(entries)) throw badAnswer('log entries', 'entries: not a list');
  const token = typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : undefined;
  return { entries: (entries as unknown[] | undefined) ?? [], nextPageToken: token };
}
