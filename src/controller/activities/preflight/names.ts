import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import type { ServiceState } from '../../../core/model/observation.ts';
import { TransientError } from '../../../core/errors.ts';
import { locatedOf, regionsOf } from '../../../core/region.ts';
import { noService, together, warned } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';
import { isOnService } from '../../../steps/index.ts';
import type { Kind, Region } from '../../../steps/kind.ts';
import { kindsAsked, kindsOfService } from '../../../steps/kinds.ts';

/** The services that the document names exist, and each step that it asks for can be made there. */
export async function checkServices(checked: Checked): Promise<PreflightAnswer> {
  const { spec } = checked;
  const { services, silent } = await servicesOf(checked);
  const region = regionOf(checked);
  const there = services.map(({ name }) => name);
  const isSilent = (name: string): boolean => silent.some((one) => one.region === locatedOf(name, spec.region).region);
  const answers = spec.services
    .filter(({ name }) => !isSilent(name))
    .map(async ({ name }) =>
      there.includes(name)
        ? together(await each(kindsOfService(spec, name), (kind) => kind.preflight(name, checked, region)))
        : noService(spec, name, { check: `service ${name}`, there }),
    );
  return together([...silent.map(silentWords), ...(await Promise.all(answers))]);
}

function silentWords({ region, why }: SilentRegion): PreflightAnswer {
  return warned(
    `${region} does not answer (${why}): nothing there is checked before the run, and nothing there is changed while it is not known`,
  );
}

/** What else the document asks to change exists, and is fit to be changed. */
export async function checkResources(checked: Checked): Promise<PreflightAnswer> {
  const region = regionOf(checked);
  const kinds = kindsAsked(checked.spec).filter(({ facts }) => !isOnService(facts.kind));
  const answers = kinds.flatMap((kind) => kind.facts.asked(checked.spec).map((name) => kind.preflight(name, checked, region)));
  return together(await Promise.all(answers));
}

function each(kinds: readonly Kind[], check: (kind: Kind) => Promise<PreflightAnswer>): Promise<readonly PreflightAnswer[]> {
  return Promise.all(kinds.map(check));
}

function regionOf(checked: Checked): Region {
  const { cloud, signal } = checked;
  return {
    services: once(async () => (await servicesOf(checked)).services),
    revisions: once(async () => {
      const { answering } = await servicesOf(checked);
      const byRegion = await Promise.all(answering.map((region) => cloud.run.listRevisions('-', { region, signal })));
      return Object.fromEntries(byRegion.flatMap((one) => Object.entries(one)));
    }),
  };
}

interface SilentRegion {
  readonly region: string;
  readonly why: string;
}

/** What stands in the regions of the document, as far as they answer. */
interface Standing {
  readonly services: readonly ServiceState[];
  readonly answering: readonly string[];
  readonly silent: readonly SilentRegion[];
}

/** A region that does not answer keeps nobody from mending another. Throws where none answers, and whatever is no failure for now. */
export async function servicesOf({ cloud, spec, signal }: Checked): Promise<Standing> {
  const silent: (SilentRegion & { readonly error: TransientError })[] = [];
  const read = regionsOf(spec).map(async (region) => {
    try {
      return [{ region, services: await cloud.run.listServices({ region, signal }) }];
    } catch (thrown) {
      if (!(thrown instanceof TransientError)) throw thrown;
      silent.push({ region, why: thrown.message, error: thrown });
      return [];
    }
  });
  const found = (await Promise.all(read)).flat();
  const [first] = silent;
  if (found.length === 0 && first !== undefined) throw first.error;
  return { services: found.flatMap(({ services }) => services), answering: found.map(({ region }) => region), silent };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}
