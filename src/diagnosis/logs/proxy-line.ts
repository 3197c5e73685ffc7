/** nginx: time, level, process, what happened; then who asked for what, which somebody outside has typed; then where it was sent. */
const NGINX =
  /^(\d{4}\/\d\d\/\d\d [\d:]{8} \[(?:warn|error|crit|alert|emerg)\] [^\n]{0,400}?), client: [^\n]{0,4000}?(?:, upstream: "(\w{2,8}:\/\/(?:unix:)?[^/"\n]{0,120})[^\n]{0,4000})?$/;

/** An error line of a reverse proxy without what the request asked for; any other text as it is. */
export function withoutRequest(text: string): string {
  const found = text.length > 8_192 ? null : NGINX.exec(text);
  if (found === null) return text;
  const [, said = '', upstream] = found;
  return upstream === undefined ? said : `${said}, upstream: "${upstream}"`;
}
