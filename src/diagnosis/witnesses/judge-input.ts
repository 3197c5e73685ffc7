import type { LookInput } from '../../../machines/incident/activities.ts';

/** What a look must be judged against; see `LookInput`. `servingSince` by `connector:NAME` is the instant of our change of it. */
export type JudgeInput = Pick<LookInput, 'intended' | 'servingSince' | 'witnessed' | 'revisions' | 'usersIll' | 'usersBouts' | 'unseen'>;
