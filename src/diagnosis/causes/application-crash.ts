import type { LogGroup } from '../../core/model/observation.ts';
import type { Finding, Rule } from '../finding.ts';
import { curesOf, factOf, lineClaim, revisionsInUse } from '../finding.ts';
import { groupsOf, knownServices, recentGroups } from '../observation-queries.ts';
import { readCrash } from '../logs/crash.ts';
import type { CrashReading } from '../logs/crash.ts';
import { quoted } from '../logs/sample.ts';
import { signatureOf, UNRECOGNISED } from '../signatures.ts';

/** gcp-facts 12.3 (a): the lines of the revisions that serve come first, because nothing else can mend an image that cannot run. */
export const applicationCrash: Rule = (observation) =>
  knownServices(observation).flatMap((service) =>
    revisionsInUse(observation, service).flatMap((revision) => {
      const crash = readCrash(observation, service, revision);
      if (crash.kind !== 'application' && crash.kind !== 'unexplained') return [];
      // A status report about the whole service repeats what its revision reports.
      if (revision === service && crash.kind === 'unexplained') return [];
      const image = observation.services[service]?.state.value?.revisions.find((candidate) => candidate.name === revision)?.image;
      return [
        findingOf(service, revision, { crash, image, groups: recentGroups(groupsOf(observation, service, revision), observation.at) }),
      ];
    }),
  );

function findingOf(
  service: string,
  revision: string,
  { crash, image, groups }: { readonly crash: CrashReading; readonly image: string | undefined; readonly groups: readonly LogGroup[] },
): Finding {
  const reason = crash.reasons[0];
  const killed = groups.filter(({ signature }) => signatureOf(signature)?.kills === true);
  const words = lastWordsOf(groups);
  const silent = words.length === 0 ? 'without saying why' : `and said last: ${words.slice(0, 2).map(quoted).join(', ')}`;
  const what = reason === undefined ? silent : `on ${signatureOf(reason.signature)?.says ?? reason.signature}${detailOf(crash)}`;
  const where = image === undefined ? '' : `; image ${image}`;
  return {
    kind: 'application-crash',
    subject: revision,
    confidence: crash.confidence,
    summary: `${revision} ${killed.every(({ signature }) => signature === 'start-up-failed') ? 'does not come up' : 'dies'} ${what}: ${crash.deaths} ${crash.deaths === 1 ? 'death' : 'deaths'}${where}`,
    evidence: crash.evidence,
    covers: (harm) => harm.service === service && (harm.revision === revision || harm.revision === ''),
    // A proxy beside a program that dies gets no answer from it.
    ...lineClaim([...killed, ...crash.reasons, ...groups.filter(({ signature }) => signature === 'local-upstream')]),
    ...(reason === undefined ? {} : { cures: curesOf(crash.reasons) }),
  };
}

/** What the containers said before they died; where they said nothing, what is said of them and no mechanism is known for. */
function lastWordsOf(groups: readonly LogGroup[]): readonly string[] {
  const words = groups.flatMap(({ signature, lastWords = [] }) => (signatureOf(signature)?.kills === true ? lastWords : []));
  if (words.length > 0) return words;
  return groups.flatMap(({ signature, loudest = [] }) => (signature === UNRECOGNISED ? loudest.map(({ sample }) => sample) : []));
}

function detailOf({ reasons }: CrashReading): string {
  const first = reasons.filter(({ signature }) => signature === reasons[0]?.signature);
  const details = ['module', 'limit', 'used', 'detail', 'signal'].map((name) => factOf(first, name)).filter((value) => value !== '');
  return details.length === 0 ? '' : ` (${details.join('; ')})`;
}
