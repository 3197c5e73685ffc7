/**
 * Every line that the table can match holds one of these words; the rest, which is most lines, is not held against the table.
 * Only speed hangs on it: a new pattern whose words are not here would never match, and the tests of the table would fail.
 */
export const HINT =
  /error|exception|fail|fatal|panic|traceback|refused|time[d -]*out|deadline|denied|unable|cannot|can't|could ?n[o']t|not found|no such|missing|undefined|unhandled|uncaught|must be|not set|not have|required|requires|lack|placeholder|initialized|secret_key_base|permission|authoriz|bad auth|noauth|wrongpass|pg_hba|unknown|resolve|resolution|eai_|enotfound|econn|etimedout|enet|ehost|ssl|unreachable|lookup|no route|not known|nxdomain|too many|reserved|exceed|exhaust|limit|quota|429|pool|prior to|max_client_conn|er_con_count|p1000|p2024|no more|suitable|starting up|shutting down|recovery mode|terminat|closed|lost|gone away|protocol_|stockout|resources|insufficient|cert|x509|pkix|sign|signal|memory|kill|segv|probe|worker|exit|dropped|sqlstate|credentials|enough space|insufficient|healthy|aborted|malformed|glibc|manifest|jarfile|update \.net|main class|enough|does not/i;
