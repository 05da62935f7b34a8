import { WhatsAppAdapter } from '@chat-adapter/whatsapp';
import { quietLogger } from '../quiet.ts';
import { header, installed, textOf, type Referee } from '../referee.ts';

const secret = '0123456789abcdef0123456789abcdef';

/** The adapter of a third party; Meta has no SDK for Node that verifies. Every product of Meta signs like this. */
class Judge extends WhatsAppAdapter {
  constructor(appSecret: string) {
    super({
      accessToken: 'none',
      appSecret,
      phoneNumberId: '1',
      verifyToken: 'none',
      userName: 'bot',
      logger: quietLogger,
    });
  }

  accepts(body: string, signature: string): boolean {
    return this.verifySignature(body, signature);
  }
}

const referee = (provider: string): Referee => ({
  provider,
  sdk: installed('@chat-adapter/whatsapp'),
  keys: { sign: secret, verify: secret },
  wrongKey: '00000000000000000000000000000000',
  accepts: async (request, _now, key = secret) =>
    new Judge(key).accepts(textOf(request), header(request, 'X-Hub-Signature-256')),
});

export const metaReferees: readonly Referee[] = [referee('meta'), referee('whatsapp')];
