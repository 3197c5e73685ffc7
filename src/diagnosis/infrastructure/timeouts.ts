import type { ConnectorObservation, LogGroup, Observation } from '../../core/model/observation.ts';
import { ridersOf } from './connectors.ts';
import { signs } from '../finding.ts';

const TEXT_ADDRESS = /\b(?<host>\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?::\d+)?\b/gi;
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|127\.|169\.254\.)|\.(?:internal|local)$/i;

/**
 * Time-outs that a connector can be the reason of: of services that ride it, towards a private address (RFC 1918, as the
 * connector carries them) or the database. A line that names only public hosts is about somebody else's path.
 */
export function fittingTimeouts(observation: Observation, connector: ConnectorObservation | null | undefined): readonly LogGroup[] {
  const riders = ridersOf(connector);
  return privateTimeouts(observation).filter(({ service }) => riders === null || riders.includes(service));
}

/**
 * Time-outs of anybody towards a private address, the database or an address that is not told. Where Cloud NAT says that its ports run
 * out, those that tell no address are its own.
 */
export function privateTimeouts(observation: Observation): readonly LogGroup[] {
  const isNat = signs(observation, 'nat-ports').length > 0;
  return signs(observation, 'connect-timeout', 'database-init-timeout').filter(
    (group) => group.signature === 'database-init-timeout' || !(isPublic(group) || (isNat && !isPrivate(group))),
  );
}

/** Whether a line is about somebody else’s path: every address that its sample names is a public one. */
export function isPublic({ sample, facts }: LogGroup): boolean {
  const hosts = hostsIn({ sample, facts });
  const addresses = hosts.filter((host) => PRIVATE.test(host));
  return (
    hosts.some((host) => !PRIVATE.test(host) && /[a-z]/i.test(host) && /:\d+|\.(?:com|net|org|io|dev|example|app|ai)\b/i.test(sample)) &&
    addresses.length === 0
  );
}

function isPrivate(group: LogGroup): boolean {
  return hostsIn(group).some((host) => PRIVATE.test(host));
}

/** Every address that the line names. */
function hostsIn({ sample, facts }: Pick<LogGroup, 'sample' | 'facts'>): readonly string[] {
  const named = [...`${Object.values(facts).join(' ')} ${sample}`.matchAll(TEXT_ADDRESS)].map(({ groups }) => groups?.['host'] ?? '');
  return named.filter((host) => !/\.(?:py|js|ts|go|java|rb|connecttimeout|timeouterror|exceptions?)$/i.test(host));
}
