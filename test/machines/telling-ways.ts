/** A channel was away while another took the message: the walks have no such channel (`saying.test.ts` takes it). */
export const CAUGHT_UP = 'working.telling.quiet | after CATCH_UP [channelLacks] -> working.telling.saying';
