import type { Verb, VerbDeps } from '../deps.ts';
import { loadDocument } from '../document.ts';
import { EXIT, exitOfSignal } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import { endpointOf, withClock, withCommon, withDetails, withDocument, withEndpoint } from '../options.ts';
import { printResult } from '../process/output.ts';
import type { AssessComposition, AssessVerbOptions } from './plan.ts';

/** `validate`: the validation suite by category, as the runbook runs it. */
export function validate(composition: AssessComposition): Verb {
  return (program, deps) => {
    withCommon(withDetails(withClock(withEndpoint(withDocument(program.command('validate'))), deps)))
      .description('walk the validation as a user would feel it: endpoints, starts, database, golden path, events, logs')
      .addHelpText('after', EXAMPLES)
      .action((options: AssessVerbOptions) => act(options, deps, composition));
  };
}

const EXAMPLES = `
Examples:
  firebreak validate -f remediation.yaml
  firebreak validate -f remediation.yaml --json

It sends the requests of the document's golden path and WebSocket to the services themselves, and writes nothing in Google Cloud.
Exit codes: 0 passed · 1 failed, or could not be measured, or too little data: the table says which.`;

async function act(options: AssessVerbOptions, deps: VerbDeps, composition: AssessComposition): Promise<void> {
  const { spec } = await loadDocument(options.file, deps);
  const [{ goLive }, { runValidation, FIRST_LOOK }, { observerOver }, { validationTable }, { unmeetable }] = await Promise.all([
    composition(),
    import('../../controller/validating/suite.ts'),
    import('../../controller/validating/make-observer.ts'),
    import('../../controller/validating/table.ts'),
    import('../../controller/validating/unmeetable.ts'),
  ]);
  const words = { stopping: 'ending the validation', resume: null };
  const { value, stoppedBy } = await interruptible(deps, words, async (signal) => {
    const live = await goLive({ spec, ...endpointOf(options), clockUrl: options.clock ?? null, readOnly: true });
    return runValidation({ spec, ...live, observer: observerOver({ spec, ...live }) }, FIRST_LOOK, signal);
  });
  if (value === null) return deps.finish(exitOfSignal(stoppedBy ?? 'SIGTERM'));
  const open = unmeetable(value.checks, spec);
  const [{ validationDecides }, { decisionLines, viewOf, wrappedLines }] = await Promise.all([
    import('../progress/deciding.ts'),
    import('../progress/decision-summary.ts'),
  ]);
  const view = viewOf(deps);
  const shown = options.details === true ? value.checks : value.checks.filter(({ verdict: { outcome } }) => outcome !== 'pass');
  const all = options.details === true ? [] : ['Every check: firebreak validate --details'];
  printResult(deps.stdout, options.json === true, { ...value, unmeetable: open }, [
    ...decisionLines(validationDecides(value), view),
    '',
    ...wrappedLines([...validationTable({ ...value, checks: shown }), ...open.map((check) => `Warning: ${check}`), ...all], view),
  ]);
  deps.finish(value.verdict.outcome === 'pass' ? EXIT.ok : EXIT.failed);
}
