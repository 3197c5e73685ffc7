import { runbook } from '../runbook-setup.ts';

/** People first: a hold, an abort, or a change that was not ours stops every write; the escalation clock goes on. */
export const operator = runbook.createStateConfig({
  description: 'What people want of the run',
  initial: 'active',
  states: {
    active: {
      description: 'Nobody holds the run',
      tags: ['waiting'],
      meta: { owner: 'operator', deadline: 'none needed: this is the normal state' },
      on: {
        HOLD: { target: 'held', actions: 'hold' },
        ABORT: { target: 'aborting', actions: 'beginAbort' },
        OBSERVED: [
          { guard: 'putBackByHand', actions: 'notePutBackByHand' },
          { guard: 'changeOfAdopted', actions: ['holdForChange', 'release', 'askPlanAgain'] },
          { guard: 'foreignChangeSeen', target: 'held', actions: 'holdForChange' },
          { guard: 'foreignChangeNoted', actions: 'noteForeignChange' },
          { guard: 'changeNoted', actions: 'noteElsewhere' },
        ],
      },
      always: { guard: 'isHeld', target: 'held' },
    },
    held: {
      description: 'No write until a human says resume (or adopt, for a change that was not ours), or abort',
      tags: ['waiting', 'operator'],
      meta: {
        owner: 'operator',
        gate: 'RESUME, ADOPT or ABORT; ROLLBACK puts everything back',
        asks: { about: 'change', otherwise: 'the run is aborted: nothing more is changed and nothing is put back' },
      },
      on: {
        OBSERVED: [
          { guard: 'heldForAdopted', target: 'active', actions: ['holdForChange', 'release', 'askPlanAgain'] },
          { guard: 'heldForElsewhere', target: 'active', actions: 'releaseElsewhere' },
          { guard: 'foreignChangeNews', actions: 'holdForChange' },
          { guard: 'changeNoted', actions: 'noteElsewhere' },
        ],
        RESUME: [
          { guard: 'planStillFits', target: 'active', actions: 'release' },
          { target: 'active', actions: ['release', 'askPlanAgain'] },
        ],
        ADOPT: { guard: 'changeHolds', target: 'active', actions: ['adoptFrom', 'release', 'askPlanAgain'] },
        ABORT: { target: 'aborting', actions: 'beginAbort' },
      },
      always: { guard: 'nobodyHolds', target: 'active' },
      after: { HELD_LIMIT: { target: 'aborting', actions: 'beginAbort' } },
    },
    aborting: {
      description: 'Stopping: a write that was already sent may end first, nothing else is begun',
      tags: ['waiting', 'operator'],
      meta: { owner: 'firebreak', gate: 'no write under way' },
      always: { guard: 'notWriting', target: '#incident.concluding', actions: 'endAborted' },
      after: { ABORT_LIMIT: { target: '#incident.concluding', actions: 'endAborted' } },
    },
  },
});
