/** The event under which a journal keeps that a person has signed a run. */
export const SIGN_OFF = 'SIGN_OFF';
