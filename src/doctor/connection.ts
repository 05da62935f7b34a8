import { isLoopbackHost, isPublicAddress } from '../model/address.ts';
import { parseTarget } from '../model/target.ts';
import { WebhookError } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import { judgeCertificate } from './certificate.ts';
import { failed, passed, skipped, warned, type Finding } from '../model/check.ts';
import { within, type Network, type Outcome, type Patience } from './network.ts';

export interface NetworkTools extends Patience {
  readonly network: Network;
}

const TUNNEL = 'for a public URL that leads to this machine: webhook-cli listen --tunnel --forward <url>';

export function checkUrl(text: string): { readonly url: URL | null; readonly finding: Finding } {
  let url: URL;
  try {
    url = parseTarget(text, 'doctor');
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    const message = error.message.replace(' (doctor)', '');
    return { url: null, finding: failed(message, 'write it like https://example.com/webhooks') };
  }
  const read = text.includes('://') ? '' : url.href;
  if (url.hash !== '') {
    return {
      url,
      finding: warned(`what stands behind # is never sent: ${url.hash}`, 'leave it out of the URL'),
    };
  }
  if (url.pathname !== '/') return { url, finding: passed(read) };
  return {
    url,
    finding: warned(
      `${url.href} has no path`,
      "fine where your app takes webhooks at /; else add the route's path, such as /webhooks",
    ),
  };
}

/** Beyond this an app has more addresses than need looking at. */
const MOST_ADDRESSES = 8;

export async function checkResolves(
  { hostname }: URL,
  tools: NetworkTools,
): Promise<{ readonly addresses: readonly string[]; readonly finding: Finding }> {
  const outcome = await within(tools, (signal) => tools.network.lookup(hostname, signal));
  if (outcome.kind === 'late') {
    return {
      addresses: [],
      finding: failed(
        `no answer about ${hostname} within ${tools.timeoutMs / 1_000} s`,
        "check this machine's network and its name servers",
      ),
    };
  }
  if (outcome.kind === 'failed') {
    const finding = /^(ENOTFOUND|ENODATA)$/.test(outcome.code)
      ? failed(`there is no host ${hostname}`, 'check its spelling; a new name takes a while to be known')
      : failed(
          `${hostname} could not be looked up (${outcome.code || outcome.message})`,
          "check this machine's network and its name servers",
        );
    return { addresses: [], finding };
  }
  const addresses = outcome.value;
  const shown = addresses.join(', ');
  const inward = addresses.filter((address) => !isPublicAddress(address));
  if (inward.length === 0) return { addresses, finding: passed(shown) };
  const what =
    inward.length < addresses.length
      ? `${shown}: of these ${inward.join(', ')} cannot be reached from outside`
      : `${shown}: ${inward.every(isLoopbackHost) ? 'this machine itself' : 'a private network'}, which no provider can reach`;
  return { addresses, finding: warned(what, TUNNEL) };
}

/** Tries all addresses at a time, and names one that took the connection. */
export async function checkReachable(
  url: URL,
  addresses: readonly string[],
  tools: NetworkTools,
): Promise<{ readonly address: string | null; readonly finding: Finding }> {
  const port = portOf(url);
  const tried = await Promise.all(
    addresses.slice(0, MOST_ADDRESSES).map(async (address) => ({
      address,
      outcome: await within(tools, (signal) => tools.network.connect(address, port, signal)),
    })),
  );
  const reached = tried.filter(({ outcome }) => outcome.kind === 'done');
  const missed = tried.filter(({ outcome }) => outcome.kind !== 'done');
  const misses = missed.map(({ address, outcome }) => `${at(address, port)}: ${connectFailure(outcome)}`);
  const [first] = reached;
  if (first === undefined) {
    const refused = missed.some(
      ({ outcome }) => outcome.kind === 'failed' && outcome.code === 'ECONNREFUSED',
    );
    return {
      address: null,
      finding: failed(
        misses.join('; '),
        refused
          ? `is your app running, and does it listen on port ${port}?`
          : 'a firewall may be in the way, or the host is down',
      ),
    };
  }
  const found = reached.map(({ address }) => at(address, port)).join(', ');
  // That this machine has no way to such addresses at all says nothing of others.
  const dead = missed.filter(
    ({ address, outcome }) =>
      isPublicAddress(address) &&
      (outcome.kind === 'late' || (outcome.kind === 'failed' && outcome.code === 'ECONNREFUSED')),
  );
  if (dead.length === 0) return { address: first.address, finding: passed(found) };
  return {
    address: first.address,
    finding: warned(
      `${found}; not ${misses.join('; ')}`,
      'a provider may take any of them: have your app listen on all, or take the others out of the DNS',
    ),
  };
}

function connectFailure(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'late') return 'no answer in time';
  if (outcome.kind === 'done') return 'reached';
  if (outcome.code === 'ECONNREFUSED') return 'connection refused';
  if (/^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL)$/.test(outcome.code)) return 'no way there from here';
  return outcome.code || outcome.message;
}

export function checkHttps(url: URL, provider: Provider | null): Finding {
  const rule = provider?.https.value ?? null;
  if (url.protocol === 'https:') return passed();
  if (isLoopbackHost(url.hostname)) return passed('plain http, which is fine on this machine');
  if (rule === 'required') {
    return failed(`${provider!.name} delivers over HTTPS only`, 'give it an https:// URL');
  }
  if (rule === 'in-production') {
    return warned(
      `${provider!.name} wants HTTPS in production, and this is plain http`,
      'give it an https:// URL',
    );
  }
  if (rule === 'not-required') {
    return passed(`plain http: ${provider!.name} takes it, though anyone on the way can read it`);
  }
  return warned(
    'plain http: some providers deliver over HTTPS only, and anyone on the way can read it',
    'give them an https:// URL',
  );
}

export async function checkCertificate(url: URL, address: string, tools: NetworkTools): Promise<Finding> {
  if (url.protocol !== 'https:') return skipped('the URL is plain http');
  const { hostname } = url;
  const outcome = await within(tools, (signal) =>
    tools.network.handshake(address, portOf(url), hostname, signal),
  );
  if (outcome.kind === 'done') return judgeCertificate(outcome.value, hostname, tools.clock.now());
  const hint = `does port ${portOf(url)} speak TLS? If it speaks plain HTTP, write http://, or give the port of HTTPS`;
  if (outcome.kind === 'late') return failed(`no TLS within ${tools.timeoutMs / 1_000} s`, hint);
  return failed(`no secure connection can be made (${outcome.code || outcome.message})`, hint);
}

function portOf({ port, protocol }: URL): number {
  return port !== '' ? Number(port) : protocol === 'https:' ? 443 : 80;
}

function at(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
