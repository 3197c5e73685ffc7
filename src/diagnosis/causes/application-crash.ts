import type { Finding, Rule } from '../finding.ts';
import { factOf, revisionsInUse } from '../finding.ts';
import { knownServices } from '../reading.ts';
import { readCrash } from '../crash.ts';
import type { CrashReading } from '../crash.ts';
import { signatureOf } from '../signatures.ts';

/** gcp-facts 12.3 (a): the lines of the revisions that serve come first, because nothing else can mend an image that cannot run. */
export const applicationCrash: Rule = (observation) =>
  knownServices(observation).flatMap((service) =>
    revisionsInUse(observation, service).flatMap((revision) => {
      const crash = readCrash(observation, service, revision);
      if (crash.kind !== 'application' && crash.kind !== 'unexplained') return [];
      const image = observation.services[service]?.state.value?.revisions.find((candidate) => candidate.name === revision)?.image;
      return [findingOf(service, revision, crash, image)];
    }),
  );

function findingOf(service: string, revision: string, crash: CrashReading, image: string | undefined): Finding {
  const reason = crash.reasons[0];
  const what =
    reason === undefined ? 'without saying why' : `on ${signatureOf(reason.signature)?.says ?? reason.signature}${detailOf(crash)}`;
  const where = image === undefined ? '' : `; image ${image}`;
  return {
    kind: 'application-crash',
    subject: revision,
    confidence: crash.confidence,
    summary: `${revision} dies ${what}: ${crash.deaths} ${crash.deaths === 1 ? 'death' : 'deaths'}${where}`,
    evidence: crash.evidence,
    covers: (harm) => harm.service === service && (harm.revision === revision || harm.revision === ''),
  };
}

function detailOf(crash: CrashReading): string {
  const details = ['module', 'limit', 'used', 'detail', 'signal']
    .map((name) => factOf(crash.reasons, name))
    .filter((value) => value !== '');
  return details.length === 0 ? '' : ` (${details.join('; ')})`;
}
