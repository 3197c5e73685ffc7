import type { Evidence } from '../../core/model/diagnosis.ts';
import { MINUTE } from '../../core/duration.ts';
import { locatedOf } from '../../core/region.ts';
import { named, quoted } from '../../core/shell.ts';
import type { Place } from '../../core/shell.ts';
import type { Check } from './checks.ts';
import type { Component, ComponentKind } from './components.ts';

/** Commands that only read: to look at a component, to open a line of evidence, to watch, to ask what a check has asked. Pure. */

/** By kind of component, what shows it as it is. */
const LOOKS: Readonly<Record<ComponentKind, (name: string, place: Place) => readonly string[]>> = {
  service: (name, place) => [
    `gcloud run services describe ${named(name, place)} --format='yaml(status.conditions,status.traffic,spec.template.spec)'`,
    `gcloud run revisions list --service=${named(name, place)}`,
    logs(`${serviceFilter(name, place)} AND severity>=ERROR`, place, 30),
  ],
  network: (name, place) => [
    `gcloud compute networks vpc-access connectors describe ${named(name, place)}`,
    metric('vpcaccess.googleapis.com/connector/cpu/utilizations', place),
    metric('vpcaccess.googleapis.com/connector/instances', place),
  ],
  database: (name, place) => [
    `gcloud sql instances describe ${quoted(name)} --project=${quoted(place.project)}`,
    `gcloud sql operations list --instance=${quoted(name)} --project=${quoted(place.project)} --limit=10`,
  ],
  routing: (_name, place) => [
    `gcloud compute ssl-certificates list --project=${quoted(place.project)}`,
    `gcloud compute url-maps list --project=${quoted(place.project)}`,
    `gcloud compute network-endpoint-groups list --project=${quoted(place.project)}`,
  ],
  google: (_name, place) => [
    'curl -s https://status.cloud.google.com/incidents.json | head -c 4000',
    `gcloud compute regions describe ${quoted(place.region)} --project=${quoted(place.project)}`,
  ],
  other: () => [],
};

export function lookCommands({ kind, name }: Pick<Component, 'kind' | 'name'>, place: Place): readonly string[] {
  return LOOKS[kind](name, place);
}

/** Opens a line of evidence where its source says how; null: it does not. */
export function openCommand({ source, at }: Evidence, place: Place): string | null {
  const [, revision, insertId] = /^log (\S+) insertId="([^"]+)"$/.exec(source) ?? [];
  if (insertId !== undefined && at !== null) {
    const [from, to] = [at - MINUTE, at + MINUTE].map(stamp);
    const filter = `insertId="${literal(insertId)}" AND resource.labels.revision_name="${literal(revision ?? '')}"`;
    return `gcloud logging read ${quoted(`${filter} AND timestamp>="${from}" AND timestamp<="${to}"`)} --project=${quoted(place.project)}`;
  }
  const isMetric = /^[a-z]+\.googleapis\.com\/\w+(?:\/\w+)+$/.test(source);
  return isMetric && at !== null ? metric(source, place, { from: at - 10 * MINUTE, to: at + 5 * MINUTE }) : null;
}

/** Figures of a metric: of the last half hour, or between two instants. */
function metric(type: string, { project }: Place, between?: { readonly from: number; readonly to: number }): string {
  const [from, to] =
    between === undefined ? ['$(date -u -d -30min +%FT%TZ)', '$(date -u +%FT%TZ)'] : [stamp(between.from), stamp(between.to)];
  return [
    'curl -sG -H "Authorization: Bearer $(gcloud auth print-access-token)"',
    quoted(`https://monitoring.googleapis.com/v3/projects/${encodeURIComponent(project)}/timeSeries`),
    `--data-urlencode ${quoted(`filter=metric.type="${type}"`)}`,
    `--data-urlencode "interval.startTime=${from}" --data-urlencode "interval.endTime=${to}"`,
  ].join(' ');
}

/** Asks by hand what the checks have asked: an address of a service, as a validation names it. */
export function checkCommands(checks: readonly Check[], services: readonly string[], place: Place): readonly string[] {
  return checks.flatMap(({ name }) => {
    const [, service, path] = /(?:^|: )(\S+) (\/\S*)$/.exec(name) ?? [];
    if (service === undefined || path === undefined || !services.includes(service)) return [];
    const url = `$(gcloud run services describe ${named(service, place)} --format='value(status.url)')`;
    return [`curl -sS -o /dev/null -w '%{http_code} %{time_total}s\\n' "${url}"${quoted(path)}`];
  });
}

/** Lines of one service: another region may have one of the same name. */
function serviceFilter(identity: string, { region: home }: Place): string {
  const { name, region } = locatedOf(identity, home);
  const location = region === home ? '' : ` AND resource.labels.location="${literal(region)}"`;
  return `resource.type="cloud_run_revision" AND resource.labels.service_name="${literal(name)}"${location}`;
}

function logs(filter: string, place: Place, minutes: number): string {
  const shown = "--format='value(timestamp,severity,textPayload,jsonPayload.message)'";
  return `gcloud logging read ${quoted(filter)} --project=${quoted(place.project)} --freshness=${minutes}m --limit=50 ${shown}`;
}

/** Inside the quotes of a filter. */
function literal(text: string): string {
  return text.replaceAll(/["\\]/g, '\\$&');
}

function stamp(at: number): string {
  return new Date(at).toISOString();
}
