import type { LogGroup } from '../../core/model/observation.ts';
import type { Finding, Rule } from '../finding.ts';
import { curesOf, factOf, lineClaim, revisionsInUse } from '../finding.ts';
import { groupsOf, knownServices, recentGroups } from '../reading.ts';
import { readCrash } from '../crash.ts';
import type { CrashReading } from '../crash.ts';
import { signatureOf } from '../signatures.ts';

/** gcp-facts 12.3 (a): the lines of the revisions that serve come first, because nothing else can mend an image that cannot run. */
export const applicationCrash: Rule = (observation) =>
  knownServices(observation).flatMap((service) =>
    revisionsInUse(observation, service).flatMap((revision) => {
      const crash = readCrash(observation, service, revision);
      if (crash.kind !== 'application' && crash.kind !== 'unexplained') return [];
      // A status report about the whole service repeats what its revision reports.
      if (revision === service && crash.kind === 'unexplained') return [];
      const image = observation.services[service]?.state.value?.revisions.find((candidate) => candidate.name === revision)?.image;
      const killed = recentGroups(groupsOf(observation, service, revision), observation.at).filter(
        ({ signature }) => signatureOf(signature)?.kills === true,
      );
      return [findingOf(service, revision, crash, image, killed)];
    }),
  );

function findingOf(
  service: string,
  revision: string,
  crash: CrashReading,
  image: string | undefined,
  killed: readonly LogGroup[],
): Finding {
  const reason = crash.reasons[0];
  const words = killed.flatMap(({ lastWords = [] }) => lastWords);
  const silent =
    words.length === 0
      ? 'without saying why'
      : `and said last: ${words
          .slice(0, 2)
          .map((line) => JSON.stringify(line))
          .join(', ')}`;
  const what = reason === undefined ? silent : `on ${signatureOf(reason.signature)?.says ?? reason.signature}${detailOf(crash)}`;
  const where = image === undefined ? '' : `; image ${image}`;
  return {
    kind: 'application-crash',
    subject: revision,
    confidence: crash.confidence,
    summary: `${revision} ${killed.every(({ signature }) => signature === 'start-up-failed') ? 'does not come up' : 'dies'} ${what}: ${crash.deaths} ${crash.deaths === 1 ? 'death' : 'deaths'}${where}`,
    evidence: crash.evidence,
    covers: (harm) => harm.service === service && (harm.revision === revision || harm.revision === ''),
    ...lineClaim([...killed, ...crash.reasons]),
    ...(reason === undefined ? {} : { cures: curesOf(crash.reasons) }),
  };
}

function detailOf(crash: CrashReading): string {
  const details = ['module', 'limit', 'used', 'detail', 'signal']
    .map((name) => factOf(crash.reasons, name))
    .filter((value) => value !== '');
  return details.length === 0 ? '' : ` (${details.join('; ')})`;
}
