import twilio from 'twilio';
import { header, installed, textOf, URL_OF_THE_APP, type Referee, type SignedRequest } from '../referee.ts';

const { getExpectedTwilioSignature, validateRequest, validateRequestWithBody } = twilio;
const token = '12345678901234567890123456789012';
const common = {
  provider: 'twilio',
  sdk: installed('twilio'),
  keys: { sign: token, verify: token },
  wrongKey: '00000000000000000000000000000000',
};

/** The parameters as a form parser hands them over: a name that comes twice has a list. */
export function parametersOf(form: string): Record<string, string | string[]> {
  const search = new URLSearchParams(form);
  return Object.fromEntries(
    Array.from(new Set(search.keys()), (name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

const form: Referee = {
  ...common,
  signature: 'form',
  accepts: async (request, _now, key = token) =>
    validateRequest(key, header(request, 'X-Twilio-Signature'), request.url, parametersOf(textOf(request))),
  signs: async (_body): Promise<SignedRequest> => {
    const body =
      'MessageSid=SM1&MessageStatus=delivered&To=%2B15005550006&Tag=b&Tag=a&Tag=b&Name=Zo%C3%AB+%26+co';
    return {
      method: 'POST',
      url: URL_OF_THE_APP,
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'],
        ['X-Twilio-Signature', getExpectedTwilioSignature(token, URL_OF_THE_APP, parametersOf(body))],
      ],
      body: Buffer.from(body),
    };
  },
};

const json: Referee = {
  ...common,
  signature: 'json',
  accepts: async (request, _now, key = token) =>
    validateRequestWithBody(key, header(request, 'X-Twilio-Signature'), request.url, textOf(request)),
  sends: {
    body: '{"EventType":"onMessageAdded","Body":"Zoë"}',
    headers: [['Content-Type', 'application/json']],
  },
};

export const twilioReferees: readonly Referee[] = [form, json];
