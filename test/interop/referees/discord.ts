import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { verifyKey } from 'discord-interactions';
import { header, installed, type Referee } from '../referee.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** The last 32 bytes of its encoding, as Discord shows it. */
const rawHex = (key: KeyObject): string =>
  key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

export const discord: Referee = {
  provider: 'discord',
  sdk: installed('discord-interactions'),
  keys: { sign: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), verify: rawHex(publicKey) },
  wrongKey: rawHex(generateKeyPairSync('ed25519').publicKey),
  accepts: (request, _now, key = rawHex(publicKey)) =>
    verifyKey(
      Buffer.from(request.body),
      header(request, 'X-Signature-Ed25519'),
      header(request, 'X-Signature-Timestamp'),
      key,
    ),
};
