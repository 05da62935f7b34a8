import { AwsLambdaReceiver } from '@zoom/rivet/marketplace';
import { quietly } from '../quiet.ts';
import { headersOf, installed, textOf, type Referee } from '../referee.ts';

/** Its handler is typed as if it answered anything. */
export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const secret = 'zoom-secret-token';

/** Verifies the body parsed and written again, so that it accepts nothing whose notation differs from JSON.stringify's. */
export const zoom: Referee = {
  provider: 'zoom',
  sdk: installed('@zoom/rivet'),
  keys: { sign: secret, verify: secret },
  wrongKey: 'another',
  accepts: async (request, _now, key = secret) => {
    const handle = new AwsLambdaReceiver({ webhooksSecretToken: key }).start();
    const event = { body: textOf(request), headers: headersOf(request), isBase64Encoded: false };
    const { statusCode, body } = await quietly<LambdaAnswer>(() => handle(event as never, {} as never));
    if (statusCode !== 200 && statusCode !== 400) throw new Error(`rivet answered ${statusCode}: ${body}`);
    return statusCode === 200;
  },
};
