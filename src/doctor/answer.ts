import type { AttemptError, AttemptResponse } from '../model/attempt.ts';
import { formatDuration } from '../model/duration.ts';
import { headerValue } from '../model/request.ts';
import { parseUrl } from '../model/url.ts';
import { describeSuccess, isSuccess, type Provider } from '../providers/provider.ts';
import { signatureName } from '../signing/describe.ts';
import { failed, passed, skipped, warned, type Finding } from '../model/check.ts';

/** How the event was sent that an app answered: by its provider, or as a plain `{}`. */
export interface Sent {
  readonly url: URL;
  readonly provider: Provider | null;
  readonly isSigned: boolean;
}

/** What the answer to a test event says. Without a provider any answer shows that the app is there. */
export function judgeAnswer(response: AttemptResponse, sent: Sent): Finding {
  const { status } = response;
  const { url, provider, isSigned } = sent;
  if (status >= 300 && status < 400) return redirected(response, sent);
  const isHtml = /^\s*(text\/html|application\/xhtml)/i.test(
    headerValue(response.headers, 'content-type') ?? '',
  );
  if (provider === null) {
    if (status === 404 || status === 405) return warned(`${status}`, adviceFor(status, url, true));
    return passed(`${status}, to a plain {}; any answer counts, as no --provider is named`);
  }
  if (isSuccess(provider.success.value, status)) {
    if (!isHtml) return passed(`${status}`);
    return warned(
      `${status}, with a page of HTML`,
      "is this the route that takes webhooks? A front page, a login page or a tunnel's warning answers 200 to everything",
    );
  }
  if (status >= 200 && status < 300) {
    const rule = describeSuccess(provider.success.value);
    return failed(`${status}, and for ${provider.name} only ${rule} is a success`, `answer ${rule}`);
  }
  if (!isSigned && [400, 401, 403].includes(status)) {
    return warned(
      `${status} to an event without a signature, as it should be`,
      'to see what a signed one gets, give the secret with --secret',
    );
  }
  const html = isHtml
    ? '; the answer is HTML: a proxy, a tunnel or a login may have given it instead of your app'
    : '';
  return failed(`${status}`, adviceFor(status, url, isSigned) + html);
}

function redirected({ status, headers }: AttemptResponse, { url, provider }: Sent): Finding {
  const location = headerValue(headers, 'location');
  const target = location === undefined ? null : (parseUrl(location, url.href)?.href ?? null);
  const where = target === null ? 'elsewhere' : `to ${target}`;
  const find = provider === null ? warned : failed;
  return find(
    `${status}: it redirects ${where}, and providers do not follow`,
    target === null ? 'give the provider the final URL' : `give the provider that URL: ${target}`,
  );
}

function adviceFor(status: number, { pathname }: URL, isSigned: boolean): string {
  if (status === 401 || status === 403) {
    return isSigned
      ? 'has the app the same secret, does it check the raw body, and is the route free of login and CSRF checks?'
      : 'is the route behind a login or a CSRF check? If it wants a signature, give the secret with --secret';
  }
  if (status === 400 || status === 422)
    return 'often the signature is checked over a parsed body instead of the raw bytes; see what the app logs';
  if (status === 404) return `does the app have ${pathname}, and does it take POST there?`;
  if (status === 405) return `the app knows ${pathname} and does not take POST there: add the route for POST`;
  if (status === 410)
    return 'the app says that the route is gone for good; some providers disable the endpoint';
  if (status === 413) return "raise the limit of the app's body parser";
  if (status === 415) return "have the app's body parser take application/json";
  if (status === 429) return 'exempt the route from rate limits: providers send in bursts';
  if (status >= 502 && status <= 504)
    return 'a proxy or tunnel in front answers so when the app behind it is down or slow';
  if (status >= 500) return 'the app failed while handling the event: look into its log';
  return 'see what the app logs';
}

export function judgeNoAnswer({ code, message }: AttemptError): Finding {
  if (code === 'timeout') {
    return failed(
      message,
      'answer first and work afterwards; if the app waits for something, see what. More time: --timeout 30s',
    );
  }
  if (code === 'invalid-response')
    return failed(message, 'does the port speak HTTPS? Then write https://; else it is no web server');
  if (code === 'reset') return failed(message, 'the app or a proxy hung up: look into its log');
  return failed(message, 'try it again, and look into the log of the app');
}

/** Whether the provider would have waited for it. */
export function judgeDeadline(durationMs: number, { deadlineMs, timeoutMs, name }: Provider): Finding {
  const fact = deadlineMs.value === null ? timeoutMs : deadlineMs;
  const limit = deadlineMs.value ?? timeoutMs.value;
  const seen = `${formatDuration(durationMs)} of the ${formatDuration(limit)} that ${name} gives${fact.assumed === null ? '' : ' (assumed)'}`;
  if (durationMs > limit) return failed(seen, 'answer 2xx first, and do the work afterwards, from a queue');
  if (durationMs <= limit / 2) return passed(seen);
  return warned(seen, 'that is more than half of it: answer first, and do the work afterwards');
}

/** What a wrong signature got, where the right one has been accepted. */
export function judgeWrongSignature(response: AttemptResponse, provider: Provider): Finding {
  const { status } = response;
  if (status >= 400 && status < 500)
    return passed(`the right one is accepted, and a wrong one refused with ${status}`);
  if (isSuccess(provider.success.value, status) || (status >= 200 && status < 300)) {
    return failed(
      `a wrong one is accepted too (${status})`,
      `compare ${signatureName(provider.signature.value)} before anything else, and answer 401 where it differs: else anyone can send events`,
    );
  }
  return failed(
    `a wrong one is answered with ${status}, which is no refusal`,
    'answer 401 where the signature differs: after another failure the provider sends again',
  );
}

const MOST_SKEW_MS = 60_000;

/** How far the app's clock is from this one, by an answer that came at that time. */
export function judgeClock({ headers }: AttemptResponse, receivedAt: number): Finding {
  const date = headerValue(headers, 'date');
  if (date === undefined) return skipped('the answer has no Date header');
  const theirs = Date.parse(date);
  if (Number.isNaN(theirs)) return skipped(`the Date header of the answer is no date: ${date}`);
  const skew = theirs - receivedAt;
  if (Math.abs(skew) <= MOST_SKEW_MS) return passed();
  const by = formatDuration(Math.abs(skew));
  return warned(
    `the app's clock is ${by} ${skew < 0 ? 'behind' : 'ahead of'} this machine's`,
    'have both set by NTP: timestamps in signatures and tokens are refused where clocks differ',
  );
}
