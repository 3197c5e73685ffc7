import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { shortened } from '../../../src/proof/shorten-scenario.ts';
import type { Play } from '../../../src/proof/run-with-kills.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';

/** A scenario with its document, as `prove` meets it; `change` makes another scenario of it. */
export async function playOf(name: string, change: (scenario: Scenario) => Scenario = (scenario) => scenario): Promise<Play> {
  const scenario = change(shortened(readScenario(name)));
  const noFile = { env: {}, readFile: () => Promise.reject(new Error('a scenario needs no file')) };
  const { spec, hash } = await rehearsalDocument(scenario, null, noFile);
  return { scenario, spec, specHash: hash };
}
