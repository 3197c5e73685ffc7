import type { WorldLogEntry } from '../contract.ts';
import type { LogBook } from './log-book.ts';
import type { Line } from './log-lines.ts';
import { placed } from '../place.ts';
import { hexFor } from '../random.ts';
import type { Instance, Revision } from '../state.ts';

/** Lines of one kind that one revision may write in a minute; the rest of a storm says nothing new. */
const PER_MINUTE = 3;
/** Good answers, of users and of probes: a sample is enough. */
const SERVED_PER_MINUTE = 1;

export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly latencyMs: number;
  /** Cloud Run's own reason, when it was Cloud Run that failed the request. */
  readonly reason: string | null;
  readonly userAgent?: string;
}

/** Whose line it is. */
interface Speaker {
  readonly revision: Revision;
  readonly instance: Instance | null;
}

/** Turns what happens into LogEntry resources (gcp-facts 5.2), bounded in each minute. */
export class LogWriter {
  readonly #book: LogBook;
  readonly #seed: number;
  readonly #place: { readonly project: string; readonly region: string };
  #minute = -1;
  #written = new Map<string, number>();
  #serial = 0;
  readonly #ids = new WeakMap<Revision, Map<number, string>>();

  constructor(book: LogBook, seed: number, place: { readonly project: string; readonly region: string }) {
    this.#book = book;
    this.#seed = seed;
    this.#place = place;
  }

  /** All lines or, when the minute's share of this kind is spent, none. */
  say(kind: string, at: number, { revision, instance }: Speaker, lines: () => readonly Line[]): void {
    if (!this.#allowed(`${keyOf(revision)} ${kind}`, at)) return;
    lines().forEach((line, index) => this.#add(at + index, revision, { instance, line }));
  }

  request(at: number, { revision, instance }: Speaker, record: RequestRecord): void {
    const { status, userAgent = 'python-httpx/0.28.1' } = record;
    const kind = `${record.userAgent === undefined ? 'request' : 'probe'}${status < 400 ? ' served' : ''}`;
    if (!this.#allowed(`${keyOf(revision)} ${kind}`, at, status < 400 ? SERVED_PER_MINUTE : PER_MINUTE)) return;
    const severity = status >= 500 ? 'ERROR' : status >= 400 ? 'WARNING' : 'INFO';
    const { name, domain } = revision.service.description;
    const place = placed(name, this.#place.region);
    const httpRequest = {
      requestMethod: record.method,
      requestUrl: `https://${domain ?? `${place.name}-${place.region}.example.com`}${record.path}`,
      requestSize: '412',
      status: record.status,
      responseSize: '96',
      userAgent,
      remoteIp: '203.0.113.7',
      latency: `${(record.latencyMs / 1_000).toFixed(6)}s`,
      protocol: 'HTTP/1.1',
    };
    const line: Line = record.reason === null ? { stream: 'requests', severity } : { stream: 'requests', severity, text: record.reason };
    this.#add(at, revision, { instance, line, httpRequest });
  }

  #allowed(key: string, at: number, limit = PER_MINUTE): boolean {
    const minute = Math.floor(at / 60_000);
    if (minute !== this.#minute) [this.#minute, this.#written] = [minute, new Map<string, number>()];
    const written = this.#written.get(key) ?? 0;
    if (written >= limit) return false;
    this.#written.set(key, written + 1);
    return true;
  }

  #add(
    at: number,
    revision: Revision,
    {
      instance,
      line,
      httpRequest,
    }: { readonly instance: Instance | null; readonly line: Line; readonly httpRequest?: WorldLogEntry['httpRequest'] | undefined },
  ): void {
    this.#serial += 1;
    const serial = this.#serial;
    const container = instance === null ? null : instance.serial;
    const optional = {
      ...(line.text === undefined ? {} : { textPayload: line.text }),
      ...(line.json === undefined ? {} : { jsonPayload: line.json }),
      ...(httpRequest === undefined ? {} : { httpRequest }),
    };
    this.#book.add(at, () => ({ ...this.#envelope(at, serial, revision, line), ...this.#labels(revision, container, line), ...optional }));
  }

  #envelope(at: number, serial: number, revision: Revision, line: Line): WorldLogEntry {
    const { project, region } = this.#place;
    const { name, service } = revision.facts;
    const { name: short, region: location } = placed(service, region);
    return {
      insertId: `${Math.floor(at / 1_000).toString(16)}${serial.toString(16).padStart(8, '0')}`,
      timestamp: new Date(at).toISOString(),
      severity: line.severity,
      logName: `projects/${project}/logs/run.googleapis.com%2F${line.stream}`,
      resource: {
        type: 'cloud_run_revision',
        labels: { project_id: project, location, service_name: short, revision_name: name, configuration_name: short },
      },
    };
  }

  #instanceId(revision: Revision, container: number): string {
    let ids = this.#ids.get(revision);
    if (ids === undefined) this.#ids.set(revision, (ids = new Map<number, string>()));
    let id = ids.get(container);
    if (id === undefined) ids.set(container, (id = `0069c7a988${hexFor(54, this.#seed, revision.facts.name, container)}`));
    return id;
  }

  /** Instance ids are long hexadecimal numbers; the container's name stands only in the platform's own lines. */
  #labels(revision: Revision, container: number | null, line: Line): Pick<WorldLogEntry, 'labels'> {
    if (container === null) return {};
    const instanceId = this.#instanceId(revision, container);
    return { labels: line.stream === 'varlog%2Fsystem' ? { instanceId, container_name: `${revision.facts.service}-1` } : { instanceId } };
  }
}

/** Revisions of two regions may have one name. */
function keyOf({ facts: { name, service } }: Revision): string {
  return `${service}/${name}`;
}
