/** What an option of curl means for the request; of `value` and `flag`, nothing. */
export type OptionKind =
  | 'method'
  | 'header'
  | 'data'
  | 'raw'
  | 'binary'
  | 'json'
  | 'url'
  | 'get'
  | 'head'
  | 'value'
  | 'flag'
  | 'form';

const SKIPPED_VALUES =
  'user user-agent referer cookie cookie-jar output max-time connect-timeout proxy proxy-user resolve connect-to cacert cert key write-out retry retry-delay retry-max-time max-redirs limit-rate oauth2-bearer interface';
const SKIPPED_FLAGS =
  'insecure silent show-error include location verbose fail fail-with-body globoff compressed http1.0 http1.1 http2 no-buffer ipv4 ipv6 no-keepalive no-progress-meter progress-bar remote-name path-as-is tlsv1.2 tlsv1.3 post301 post302 post303';

/** curl's options by their long names. */
export const LONG: ReadonlyMap<string, OptionKind> = new Map<string, OptionKind>([
  ...SKIPPED_VALUES.split(' ').map((name): [string, OptionKind] => [name, 'value']),
  ...SKIPPED_FLAGS.split(' ').map((name): [string, OptionKind] => [name, 'flag']),
  ['request', 'method'],
  ['header', 'header'],
  ['data', 'data'],
  ['data-ascii', 'data'],
  ['data-raw', 'raw'],
  ['data-binary', 'binary'],
  ['json', 'json'],
  ['url', 'url'],
  ['get', 'get'],
  ['head', 'head'],
  ['form', 'form'],
  ['form-string', 'form'],
]);

/** The long names of its short options. */
export const SHORT: ReadonlyMap<string, string> = new Map([
  ['X', 'request'],
  ['H', 'header'],
  ['d', 'data'],
  ['G', 'get'],
  ['I', 'head'],
  ['F', 'form'],
  ['u', 'user'],
  ['A', 'user-agent'],
  ['e', 'referer'],
  ['b', 'cookie'],
  ['c', 'cookie-jar'],
  ['o', 'output'],
  ['m', 'max-time'],
  ['x', 'proxy'],
  ['w', 'write-out'],
  ['E', 'cert'],
  ['k', 'insecure'],
  ['s', 'silent'],
  ['S', 'show-error'],
  ['i', 'include'],
  ['L', 'location'],
  ['v', 'verbose'],
  ['f', 'fail'],
  ['g', 'globoff'],
  ['N', 'no-buffer'],
  ['O', 'remote-name'],
  ['#', 'progress-bar'],
  ['0', 'http1.0'],
  ['4', 'ipv4'],
  ['6', 'ipv6'],
]);
