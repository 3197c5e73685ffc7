import type { Signature } from './signature.ts';

/** Cloud NAT says itself that packets found no port: no connector and no application mends that. Read before all other limits. */
export const WAY_OUT: readonly Signature[] = [
  {
    id: 'nat-ports',
    role: 'reason',
    cause: 'configuration',
    text: [
      /\ballocation_status\b[^\n]{0,8}\bDROPPED\b(?: to (?<host>[\w.:-]{1,120}?)(?::(?<port>\d{1,5}))?(?:\s|$))?/,
      /\bnat_allocation_failed\b/,
      /\bOUT_OF_RESOURCES\b[^\n]{0,160}\b(?:nat|dropped_sent_packets\w{0,12})\b|\b(?:nat|dropped_sent_packets\w{0,12})\b[^\n]{0,160}\bOUT_OF_RESOURCES\b/i,
      /\bcloud nat\b[^\n]{0,120}\b(?:port exhaust\w{0,6}|out of ports|no (?:free|available) ports?|ports? (?:are |were |is )?exhausted)\b/i,
    ],
    says: 'packets that Cloud NAT dropped for want of ports',
    cures: ['way-out'],
    source: 'Cloud NAT logging (allocation_status) and its metrics dropped_sent_packets_count, nat_allocation_failed',
  },
];

/** A host that is neither Google’s nor private: somebody else answers there. */
export const ELSEWHERE = String.raw`(?<host>(?!(?:[\w-]{1,63}\.){0,6}(?:googleapis\.com|googleusercontent\.com|google\.com|run\.app|cloudfunctions\.net|appspot\.com|internal|local|localhost)\b)(?!(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.)(?:[a-z\d-]{1,63}\.){1,6}[a-z\d-]{2,24})`;
const WORDS_OF_5XX = String.raw`5\d\d (?:Server Error|Service (?:Temporarily )?Unavailable|Bad Gateway|Gateway Time-?out|Internal Server Error)`;
const SAYS = String.raw`(?:status(?: ?code)?|answered|returned|responded(?: with)?|error(?: code)?|code|HTTP(?:\/[\d.]{1,3})?)`;

/** It was reached and answered with an error of its own: the way there is whole. Read after everything that is nearer. */
export const OTHERS_ANSWERS: readonly Signature[] = [
  {
    id: 'third-party',
    role: 'reason',
    cause: 'configuration',
    text: [
      new RegExp(String.raw`${WORDS_OF_5XX}[^\n]{0,160}?https?:\/\/${ELSEWHERE}`, 'i'),
      new RegExp(String.raw`\b${SAYS}[ :=]{0,3}5\d\d\b[^\n]{0,160}?https?:\/\/${ELSEWHERE}`, 'i'),
      new RegExp(String.raw`https?:\/\/${ELSEWHERE}[^\n]{0,200}?(?:\b${SAYS}[ :=]{0,3}5\d\d\b|${WORDS_OF_5XX})`, 'i'),
      /\b(?<host>(?!google|self|this)[a-z]\w{1,30})(?:\.\w{1,30}){0,3}\.(?:API(?:Status)?Error\b|API(?:Connection|Timeout)Error\b[^\n]{0,200}\bHTTP status 5\d\d|(?:InternalServer|ServiceUnavailable|Overloaded)Error: Error code: 5\d\d\b)/,
    ],
    says: 'an API of somebody else that answers with errors of its own',
    cures: ['third-party'],
    source: 'requests, httpx, axios, Go and SDK texts about an HTTP answer of another host',
  },
  {
    id: 'third-party-silent',
    role: 'reason',
    cause: 'configuration',
    text: [
      /\b(?<host>(?!google|self|this)[a-z]\w{1,30})(?:\.\w{1,30}){0,3}\.API(?:Connection|Timeout)Error\b/,
      new RegExp(String.raw`HTTPS?ConnectionPool\(host='${ELSEWHERE}'[^\n]{0,80}Read timed out`),
      new RegExp(String.raw`cURL error 28:[^\n]{0,160}https?:\/\/${ELSEWHERE}`),
      new RegExp(String.raw`https?:\/\/${ELSEWHERE}[^\n]{0,400}?(?:Client\.Timeout exceeded while awaiting headers|Read timed out)`),
    ],
    says: 'a call to an API of somebody else that was not answered',
    cures: ['third-party', 'way-out'],
    source: 'SDK texts of payment and model APIs',
  },
  {
    id: 'callee-error',
    role: 'effect',
    cause: 'configuration',
    text: [
      /\bRequest failed with status code (?<detail>5\d\d)\b|Response status code does not indicate success: (?<detail2>5\d\d)\b/,
      /\b(?:HttpServerErrorException|WebClientResponseException)\$\w{1,40}: (?<detail>5\d\d)\b|\bHTTPError: (?:HTTP Error )?(?<detail2>5\d\d)\b/,
      /\b14 (?<detail>UNAVAILABLE)\b|\bcode = (?<detail2>Unavailable)\b|StatusCode\.(?<detail3>UNAVAILABLE)\b|\bServiceUnavailable: (?<detail4>503)\b/,
    ],
    says: 'a callee that answers with an error of its own, and which one the line does not say',
    cures: ['third-party', 'wait'],
    source: 'axios, .NET, Spring, Python and gRPC texts about the answer of a callee',
  },
];
