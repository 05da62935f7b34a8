import { describe, expect, test } from 'vitest';
import type { Header, OutgoingRequest } from '../../../src/model/request.ts';
import type { ContentScheme, HmacScheme } from '../../../src/signing/scheme.ts';
import { sign } from '../../../src/signing/sign.ts';
import { parseTemplate } from '../../../src/signing/template.ts';
import { verify } from '../../../src/signing/verify.ts';

/** Published answers, and ones made with Python's hmac, hashlib and zlib. */

const JSON_TYPE: Header = ['Content-Type', 'application/json'];
const FORM_TYPE: Header = ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'];
const HOST: Header = ['Host', 'example.com'];

interface Given {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly Header[];
  readonly body?: string | Uint8Array;
  readonly urls?: readonly string[];
}

function judge(scheme: ContentScheme, signature: string, secret: string, given: Given = {}): string {
  const { method = 'POST', path = '/hook', headers = [HOST], body = '', urls } = given;
  const name = 'header' in scheme.signature ? scheme.signature.header : '';
  const request = {
    method,
    path,
    headers: [[name, signature] as Header, ...headers],
    body: Buffer.from(body),
  };
  return verify(scheme, request, [secret], { urls }).reason;
}

function ofContent(content: string, more: Partial<HmacScheme> = {}): HmacScheme {
  return {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Signature' },
    forms: [{ prefix: '', encoding: 'base64' }],
    content,
    ...more,
  };
}

describe('published answers', () => {
  test('of GitHub', () => {
    const scheme = ofContent('{body}', { forms: [{ prefix: 'sha256=', encoding: 'hex' }] });
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(judge(scheme, signature, "It's a Secret to Everybody", { body: 'Hello, World!' })).toBe('valid');
  });

  test('of Standard Webhooks', () => {
    const scheme = ofContent('{id}.{timestamp}.{body}', {
      key: { strip: 'whsec_', encoding: 'base64' },
      items: { separator: ' ', assign: ',', field: 'v1' },
      values: { id: { header: 'webhook-id' } },
      timestamp: { from: { header: 'webhook-timestamp' }, format: 'unix', toleranceSeconds: 300 },
    });
    const headers: Header[] = [
      ['Webhook-Id', 'msg_p5jXN8AQM9LWM0D4loKWxJek'],
      ['Webhook-Timestamp', '1614265330'],
    ];
    const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    const body = '{"test": 2432232314}';
    expect(judge(scheme, signature, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', { headers, body })).toBe(
      'valid',
    );
  });

  test('of Slack', () => {
    const scheme = ofContent('v0:{timestamp}:{body}', {
      forms: [{ prefix: 'v0=', encoding: 'hex' }],
      timestamp: { from: { header: 'X-Slack-Request-Timestamp' }, format: 'unix', toleranceSeconds: 300 },
    });
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const headers: Header[] = [FORM_TYPE, ['X-Slack-Request-Timestamp', '1531420618']];
    const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    expect(judge(scheme, signature, '8f742231b10e8888abcd99yyyzzz85a5', { headers, body })).toBe('valid');
  });

  test("of HubSpot's second version", () => {
    const scheme: ContentScheme = {
      kind: 'digest',
      hash: 'sha256',
      signature: { header: 'X-HubSpot-Signature' },
      forms: [{ prefix: '', encoding: 'hex' }],
      content: '{secret}{method}{url}{body}',
    };
    const secret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
    const given: Given = { method: 'GET', path: '/webhook_uri', headers: [['Host', 'www.example.com']] };
    expect(
      judge(scheme, 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e', secret, given),
    ).toBe('valid');
    expect(
      judge(scheme, '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900', secret, {
        ...given,
        method: 'POST',
        body: '{"example_field":"example_value"}',
      }),
    ).toBe('valid');
  });
});

describe('a sorted form after a URL, as Twilio signs it', () => {
  const scheme = ofContent('{url}{body|formSorted}', {
    hash: 'sha1',
    bodyDigest: { query: 'bodySHA256', hash: 'sha256', encoding: 'hex', unless: 'form' },
  });
  const headers = [HOST, FORM_TYPE];
  const repeated = 'ioZBRuKEbiP4cQrvjjXVu9Wkt+k=';
  const bare = 'JuPavG0Zweu3T+LUwMO9lxmVvgY=';
  const digest = '5041bf1f713df204784353e82f6a4a535931cb64f1f4b4a5aeaffcb720918b22';
  const withDigest = 'HekxRXYRuCtTSv1tMQy9AZw9R/g=';

  test('agrees with the published answer', () => {
    const path = '/myapp.php?foo=1&bar=2';
    const body =
      'To=%2B18005551212&From=%2B14158675309&Digits=1234&Caller=%2B14158675309&CallSid=CA1234567890ABCDE';
    const given = { path, headers: [['Host', 'mycompany.com'] as Header, FORM_TYPE], body };
    expect(judge(scheme, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', '12345', given)).toBe('valid');
    expect(judge(scheme, 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', '12345', { ...given, body: `${body}0` })).toBe(
      'no-match',
    );
  });

  test('signs each value of a repeated name once and sorted, and empty ones', () => {
    const path = '/hook?a=1';
    for (const body of ['b=2&b=1&b=2&a=&Z=%C3%A9+x&a+b=%2B', 'Z=é%20x&&a&a+b=%2b&b=1&b=2&a=']) {
      expect(judge(scheme, repeated, '12345', { path, headers, body })).toBe('valid');
    }
    expect(judge(scheme, repeated, '12345', { path, headers, body: '?b=2&b=1&a=&Z=%C3%A9+x&a+b=%2B' })).toBe(
      'no-match',
    );
  });

  test('signs a URL alone where the body is no form, and the URL has its digest', () => {
    const path = `/hook?bodySHA256=${digest}`;
    const json = { path, headers: [HOST, JSON_TYPE], body: '{"x":1}' };
    expect(judge(scheme, withDigest, '12345', json)).toBe('valid');
    expect(judge(scheme, withDigest, '12345', { ...json, body: '{"x":2}' })).toBe('no-match');
    expect(judge(scheme, withDigest, '12345', { ...json, body: '' })).toBe('no-match');
    expect(judge(scheme, withDigest, '12345', { ...json, headers, body: '&' })).toBe('no-match');
    expect(judge(scheme, bare, '12345', { ...json, path: '/hook' })).toBe('no-match');
    expect(judge(scheme, bare, '12345', { ...json, path: '/hook', body: '' })).toBe('valid');
  });

  test('believes no digest in a URL that is not the one that was signed', () => {
    const path = `/hook?bodySHA256=${digest}`;
    const given = { path, headers: [HOST, JSON_TYPE], body: '{"x":1}', urls: ['https://example.com/hook'] };
    expect(judge(scheme, bare, '12345', given)).toBe('no-match');
  });

  test('writes the digest into the URL, and takes the place of another', () => {
    for (const url of ['https://example.com/hook', 'https://example.com/hook?bodySHA256=0#rc=2']) {
      const request: OutgoingRequest = {
        method: 'POST',
        url,
        headers: [JSON_TYPE],
        body: Buffer.from('{"x":1}'),
      };
      const signed = sign(scheme, request, '12345', { now: 0 });
      expect(signed.url).toBe(
        `https://example.com/hook?bodySHA256=${digest}${url.includes('#') ? '#rc=2' : ''}`,
      );
      expect(signed.headers).toContainEqual(['X-Signature', withDigest]);
    }
  });

  test('takes no form apart that has more fields than anybody sends', () => {
    const request: OutgoingRequest = {
      method: 'POST',
      url: 'https://example.com/',
      headers: [FORM_TYPE],
      body: Buffer.from('b&a&'.repeat(6_000)),
    };
    const { headers: signed } = sign(ofContent('{body|formSorted}'), request, 'secret', { now: 0 });
    const raw = sign(ofContent('{body}'), request, 'secret', { now: 0 });
    expect(signed).toEqual(raw.headers);
  });
});

test('reserved characters of a URL are decoded, and no others, as HubSpot signs it', () => {
  const scheme = ofContent('{method}{url|decodedReserved}{body}{timestamp}', {
    timestamp: { from: { header: 'X-Time' }, format: 'unix-ms', toleranceSeconds: 300 },
  });
  const given = { headers: [HOST, ['X-Time', '1700000000000'] as Header], body: '{"x":1}' };
  const encoded = '%3A%2f%3F%40%21%24%27%28%29%2A%2C%3b';
  const signature = 'mUOFfB6Cr1eRoJoZauSQlTpHLWrUXgr9d6ikxAfTz90=';
  expect(judge(scheme, signature, 'hub-secret', { ...given, path: `/hook?x=a${encoded}%20b` })).toBe('valid');
  expect(judge(scheme, signature, 'hub-secret', { ...given, path: `/hook?x=a${encoded}%2520b` })).toBe(
    'no-match',
  );
});

test('filters agree with another implementation', () => {
  const values = { id: { header: 'X-Id' }, time: { header: 'X-Time' } } as const;
  const headers: Header[] = [
    ['X-Id', 'id'],
    ['X-Time', 't'],
  ];
  const crc = ofContent('{id}|{time}|{body|crc32}', { forms: [{ prefix: '', encoding: 'hex' }], values });
  const crcSigned = '2a5ac4a8bd795efe983b62dc254c2b4358a70580ddf49a079ccfa7d366d3e3ca';
  expect(judge(crc, crcSigned, 'secret', { headers, body: '{"x":1}' })).toBe('valid');

  const digest = ofContent('{method|upper}\n{path}\n{time}\n{body|sha256hex}', { values });
  const given: Given = {
    method: 'post',
    path: '/hook?a=1',
    headers: [['X-Time', '1700000000']],
    body: '{"x":1}',
  };
  const digestSigned = 'qBk4VWEmAHQhGP8PqE+AYLsGXS26yDOvDGsn+2VOwgA=';
  expect(judge(digest, digestSigned, 'secret', given)).toBe('valid');
  expect(judge(digest, digestSigned, 'secret', { ...given, path: 'http://example.com/hook?a=1' })).toBe(
    'valid',
  );
});

test('capitals are those of ASCII, and other bytes stay as they are', () => {
  const values = { id: { header: 'X-Id' } } as const;
  const sent = (content: string, id: string): readonly Header[] => {
    const request = {
      method: 'POST',
      url: 'https://example.com/',
      headers: [['X-Id', id] as Header],
      body: Buffer.of(),
    };
    return sign(ofContent(content, { values }), request, 'secret', { now: 0 }).headers.slice(1);
  };
  expect(sent('{id|upper}', 'azAZ09\u00df\u00ff\u00b5\u00e9')).toEqual(
    sent('{id}', 'AZAZ09\u00df\u00ff\u00b5\u00e9'),
  );
});

test('names that every object has are no values, and unknown filters are refused', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect(judge(ofContent(`{${name}}`), `${'A'.repeat(43)}=`, 'secret')).toBe('missing-header');
  }
  expect(() => parseTemplate('{body|rot13}')).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATE' }));
});

test('a large body is signed and verified without a copy of it', () => {
  const body = Buffer.alloc(25 * 1024 * 1024, 'a');
  const scheme = ofContent('{time}.{body}', { values: { time: { header: 'X-Time' } } });
  const request = { method: 'POST', url: 'https://example.com/', headers: [['X-Time', '1'] as Header], body };
  const before = process.memoryUsage().arrayBuffers;
  const { headers } = sign(scheme, request, 'secret', { now: 0 });
  expect(verify(scheme, { headers, body }, ['secret']).reason).toBe('valid');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(body.length / 2);
});
