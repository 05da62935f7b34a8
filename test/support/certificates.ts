import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** For NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  readonly cert: string;
  /** A certificate for a host, such as `IP:127.0.0.1`; of an authority where it may sign others. */
  issue(name: string, options: { readonly host: string; readonly days: number }): Issued;
  intermediate(name: string): Authority;
}

/** A certificate authority of a test's own, made with openssl. */
export function createAuthority(folder: string): Authority {
  const own = join(folder, 'root');
  selfSign(own, '3650', '/O=Test authority');
  return authority(folder, own);
}

/** A certificate that vouches for itself. */
export function selfSigned(folder: string, host: string): Issued {
  const own = join(folder, 'self-signed');
  selfSign(own, '30', '/O=Nobody', '-addext', `subjectAltName=${host}`);
  return read(own);
}

function selfSign(path: string, days: string, subject: string, ...more: readonly string[]): void {
  const files = ['-keyout', `${path}.key`, '-out', `${path}.pem`];
  openssl('req', '-x509', ...NEW_KEY, ...files, '-days', days, '-subj', subject, ...more);
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function authority(folder: string, own: string): Authority {
  const sign = (name: string, days: number, extensions: string): Issued => {
    const path = join(folder, name);
    openssl(
      'req',
      '-new',
      ...NEW_KEY,
      '-keyout',
      `${path}.key`,
      '-out',
      `${path}.csr`,
      '-subj',
      `/O=${name}`,
    );
    writeFileSync(`${path}.ext`, extensions);
    openssl(
      'x509',
      '-req',
      '-in',
      `${path}.csr`,
      '-CA',
      `${own}.pem`,
      '-CAkey',
      `${own}.key`,
      '-CAcreateserial',
      '-days',
      String(days),
      '-extfile',
      `${path}.ext`,
      '-out',
      `${path}.pem`,
    );
    return read(path);
  };
  return {
    file: `${own}.pem`,
    cert: readFileSync(`${own}.pem`, 'utf8'),
    issue: (name, { host, days }) => sign(name, days, `subjectAltName=${host}\n`),
    intermediate: (name) => {
      sign(name, 3_650, 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n');
      return authority(folder, join(folder, name));
    },
  };
}

function read(path: string): Issued {
  return { cert: readFileSync(`${path}.pem`, 'utf8'), key: readFileSync(`${path}.key`, 'utf8') };
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
