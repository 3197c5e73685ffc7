/** Worlds that do not end as they should today, and what is wrong. The list may only shrink. */
export const KNOWN_WRONG: Readonly<Record<string, string>> = {
  'present-logs-away-first':
    'logs that cannot be read count as no time-out logged: deploys go before the connector, fail, and everything is put back',
  'present-metrics-away-long':
    'a question asked for want of metrics is not withdrawn when they are there; a case is opened and nothing is mended',
  'present-heals-at-once': 'auth is deployed on metrics of minutes ago although both looks find every probe well',
  'after-connector-says-failed':
    'the connector has grown as asked, and for six hours nobody looks at it again because an operation said failed',
  'quiet-name-resolution':
    'auth is deployed in the first look although names cannot be resolved and the same program would ask the same resolver',
  'whole-database-fails-over': 'auth is deployed while the database is away for some minutes; the run ends as restored before it is back',
  'thin-health-says-500': 'the backend is deployed for a broken health path while none of 590 requests of users failed',
  'trend-slow-steady':
    'a question is not withdrawn for three hours in which every goal is met; then a human is called for healthy services',
  'thin-internal-ingress': 'the backend serves every user and is closed to outside: ten hours of validation, and a human is called',
  'thin-iam-403': 'ten hours of validation, and an escalation, because our own account is refused at the door of a service that is well',
};
