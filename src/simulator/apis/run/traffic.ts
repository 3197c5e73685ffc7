import { ApiError, invalid } from '../../surface/api-error.ts';
import { asInteger, asString, enumName, isFields, onlyKnown } from '../../surface/wire.ts';
import { revisionNamed, type Service, type Target } from './model.ts';

const TYPES = [
  'TRAFFIC_TARGET_ALLOCATION_TYPE_UNSPECIFIED',
  'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST',
  'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
] as const;
const FIELDS = new Set(['type', 'revision', 'percent', 'tag']);
const TAG = /^[a-z]([-a-z0-9]{0,44}[a-z0-9])?$/;
const LATEST: Target = { revision: null, percent: 100, tag: null };

/** `traffic` of a request body. An empty list is 100 % to the latest ready revision; percents sum to 100 (gcp-facts 2.2). */
export function readTraffic(value: unknown): readonly Target[] {
  if (value === undefined) return [LATEST];
  if (!Array.isArray(value)) throw invalid("Invalid value at 'service.traffic' (repeated field), expected a list.", 'service.traffic');
  if (value.length === 0) return [LATEST];
  const targets = value.map(readTarget);
  const total = targets.reduce((sum, target) => sum + target.percent, 0);
  if (total !== 100)
    throw invalid(`Violation in UpdateServiceRequest.service.traffic: traffic percents must sum to 100, got ${total}.`, 'service.traffic');
  const tags = targets.flatMap(({ tag }) => tag ?? []);
  const twice = tags.find((tag, index) => tags.indexOf(tag) !== index);
  if (twice !== undefined)
    throw invalid(`Violation in UpdateServiceRequest.service.traffic: tag '${twice}' is used more than once.`, 'service.traffic');
  return targets;
}

function readTarget(value: unknown, index: number): Target {
  const at = `service.traffic[${index}]`;
  if (!isFields(value)) throw invalid(`Invalid value at '${at}' (message), expected an object.`, at);
  onlyKnown(value, FIELDS, at);
  const type = enumName(value['type'], TYPES, `${at}.type`);
  const name = asString(value['revision'], `${at}.revision`) ?? '';
  const revision = name.slice(name.lastIndexOf('/') + 1);
  const percent = asInteger(value['percent'], `${at}.percent`) ?? 0;
  const tag = asString(value['tag'], `${at}.tag`) ?? '';
  if (percent < 0 || percent > 100) throw invalid(`Violation in UpdateServiceRequest.${at}.percent: must be between 0 and 100.`, at);
  if (tag !== '' && !TAG.test(tag)) throw invalid(`Violation in UpdateServiceRequest.${at}.tag: '${tag}' is not a valid tag.`, at);
  if (type === TYPES[1] && revision !== '')
    throw invalid(`Violation in UpdateServiceRequest.${at}: revision must not be set for ${TYPES[1]}.`, at);
  if (type === TYPES[2] && revision === '')
    throw invalid(`Violation in UpdateServiceRequest.${at}.revision: must be set for ${TYPES[2]}.`, at);
  return { revision: revision === '' ? null : revision, percent, tag: tag === '' ? null : tag };
}

/** Every revision that traffic names must exist; `created` is the one that the same request makes. */
export function checkRevisionsExist(service: Service, targets: readonly Target[], created: string | null): void {
  for (const { revision } of targets) {
    if (revision === null || revision === created || revisionNamed(service, revision)) continue;
    throw new ApiError(
      'FAILED_PRECONDITION',
      `Revision '${revision}' of service '${service.name}' was not found, so it cannot receive traffic.`,
    );
  }
}

/** `TrafficTarget` JSON. */
export function renderTarget({ revision, percent, tag }: Target): Record<string, unknown> {
  return {
    type: revision === null ? TYPES[1] : TYPES[2],
    ...(revision !== null && { revision }),
    ...(percent > 0 && { percent }),
    ...(tag !== null && { tag }),
  };
}
