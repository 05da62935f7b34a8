import { formatDuration } from '../model/duration.ts';
import { failed, passed, warned, type Finding } from '../model/check.ts';
import type { ServerCertificate } from './network.ts';

const DAY_MS = 86_400_000;
const SOON_MS = 14 * DAY_MS;

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What a provider makes of a server's certificate. Of several problems all are named, the first with its hint. */
export function judgeCertificate(certificate: ServerCertificate, hostname: string, now: number): Finding {
  const problems = [
    ...timeProblems(certificate, now),
    ...chainProblems(certificate),
    ...(certificate.hostError === null
      ? []
      : [
          {
            what: `it is for another host: ${certificate.hosts || 'it names none'}`,
            hint: `get a certificate that names ${hostname}, or give the provider the host that it names`,
          },
        ]),
  ];
  const [first] = problems;
  if (first !== undefined) return failed(problems.map(({ what }) => what).join('; '), first.hint);
  const left = certificate.validTo - now;
  const until = `valid until ${day(certificate.validTo)}, from ${certificate.issuer}`;
  if (left > SOON_MS) return passed(until);
  return warned(
    `${until}: it expires in ${formatDuration(left)}`,
    'renew it before then: providers deliver to no expired certificate',
  );
}

interface Problem {
  readonly what: string;
  readonly hint: string;
}

function timeProblems({ validFrom, validTo }: ServerCertificate, now: number): Problem[] {
  if (now > validTo) {
    return [{ what: `it has expired on ${day(validTo)}`, hint: 'renew it, and have the server load it' }];
  }
  if (now >= validFrom) return [];
  return [
    {
      what: `it is not valid before ${day(validFrom)}`,
      hint: "wait until then, or check this machine's clock",
    },
  ];
}

/** What is wrong with the chain besides time, which is told by itself. */
function chainProblems({ chainError }: ServerCertificate): Problem[] {
  if (chainError === null || /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(chainError)) return [];
  const known = CHAIN_PROBLEMS.find(({ codes }) => codes.test(chainError));
  if (known !== undefined) return [{ ...known, what: `${known.what} (${chainError})` }];
  return [
    {
      what: `its chain does not verify (${chainError})`,
      hint: 'look at it with: openssl s_client -showcerts -connect <host>:443',
    },
  ];
}

const CHAIN_PROBLEMS: readonly (Problem & { readonly codes: RegExp })[] = [
  {
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    what: 'it is self-signed',
    hint: "get one from an authority that everybody trusts, such as Let's Encrypt; on your own machine use http, or a tunnel",
  },
  {
    codes: /^UNABLE_TO_VERIFY_LEAF_SIGNATURE$/,
    what: 'an intermediate certificate is missing, or its authority is not trusted',
    hint: "have the server send the whole chain (fullchain.pem rather than cert.pem): browsers fetch what is missing, providers don't",
  },
  {
    codes: /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/,
    what: 'its authority is not trusted',
    hint: 'get one from an authority that everybody trusts; for one of your own set NODE_EXTRA_CA_CERTS, though providers will not trust it',
  },
  {
    codes: /^CERT_REVOKED$/,
    what: 'it has been revoked',
    hint: 'get a new one',
  },
];
