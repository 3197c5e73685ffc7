/** Worlds that do not end as they should today, and what is wrong. The list may only shrink. */
export const KNOWN_WRONG: Readonly<Record<string, string>> = {
  'whole-database-fails-over': 'auth is deployed while the database is away for some minutes; the run ends as restored before it is back',
  'thin-health-says-500': 'the backend is deployed for a broken health path while none of 590 requests of users failed',
  'thin-internal-ingress': 'the backend serves every user and is closed to outside: ten hours of validation, and a human is called',
  'thin-iam-403': 'ten hours of validation, and an escalation, because our own account is refused at the door of a service that is well',
};
