import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPublicUrl } from '../../../src/tunnel/public-url.ts';

const ESC = String.fromCharCode(27);

const outputs: [program: string, output: string, url: string | null][] = [
  [
    'localhost.run',
    [
      'Welcome to localhost.run!',
      'Follow your favourite reverse tunnel at [https://twitter.com/localhost_run].',
      'To set up and manage custom domains go to https://admin.localhost.run/',
      'domain) at https://localhost.run/docs/custom-domains',
      'create a free tunnel without a key at [http://localhost:3000/docs/faq#generating-an-ssh-key].',
      'visit the documentation site: https://localhost.run/docs/',
      '** your connection id is 6c2f4a1e-8a43-4c8d-9c5e-9f5a1b2c3d4e **',
      'da7941d39b603e.lhr.life tunneled with tls termination, https://da7941d39b603e.lhr.life',
    ].join('\r\n'),
    'https://da7941d39b603e.lhr.life',
  ],
  [
    'localhost.run, after its URL',
    'longer lasting domain name. see https://localhost.run/docs/forever-free/ for more information.',
    null,
  ],
  [
    'pinggy',
    [
      'Allocated port 8 for remote forward to localhost:4400',
      'You are not authenticated.',
      'Your tunnel will expire in 60 minutes. Upgrade to Pinggy Pro. https://dashboard.pinggy.io',
      'http://rnucj-203-0-113-7.a.free.pinggy.link',
      'https://rnucj-203-0-113-7.a.free.pinggy.link',
    ].join('\n'),
    'https://rnucj-203-0-113-7.a.free.pinggy.link',
  ],
  [
    'serveo',
    `${ESC}[32mForwarding HTTP traffic from https://abc.serveo.net\r\n${ESC}[0mPress g to start a GUI session and ctrl-c to quit.`,
    'https://abc.serveo.net',
  ],
  [
    'serveo, asking to register',
    'To register, please visit: https://console.serveo.net/ssh/keys?add=SHA256%3Ak3hC2wXy',
    null,
  ],
  [
    'cloudflared',
    [
      '2026-03-01T08:00:00Z INF Thank you for trying Cloudflare Tunnel. [...] subject to the Cloudflare Online Services Terms of Use (https://www.cloudflare.com/website-terms/), and [...] following: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps',
      '2026-03-01T08:00:00Z INF Requesting new quick Tunnel on trycloudflare.com...',
      '2026-03-01T08:00:04Z INF +---------------------------------------------------------------+',
      '2026-03-01T08:00:04Z INF |  Your quick Tunnel has been created! Visit it at (it may take  |',
      '2026-03-01T08:00:04Z INF |  https://some-random-words.trycloudflare.com                   |',
      '2026-03-01T08:00:04Z INF +---------------------------------------------------------------+',
    ].join('\n'),
    'https://some-random-words.trycloudflare.com',
  ],
  [
    'cloudflared, failing',
    'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup failed',
    null,
  ],
  [
    'ngrok',
    [
      't=2026-03-01T08:00:00+0000 lvl=info msg="starting web service" obj=web addr=127.0.0.1:4040',
      't=2026-03-01T08:00:01+0000 lvl=info msg="started tunnel" addr=http://localhost:4400 url=https://x.ngrok-free.app',
    ].join('\n'),
    'https://x.ngrok-free.app',
  ],
  [
    'ngrok as JSON',
    '{"addr":"http://localhost:4400","lvl":"info","url":"https://x.ngrok-free.app","name":"cl"}',
    'https://x.ngrok-free.app',
  ],
  ['localtunnel', 'your url is: https://quick-fox-12.loca.lt', 'https://quick-fox-12.loca.lt'],
  ['smee', 'Forwarding https://smee.io/aBcD1234 to http://127.0.0.1:4400/', 'https://smee.io/aBcD1234'],
  [
    'tailscale',
    'https://box.tail1234.ts.net/\n|-- proxy http://127.0.0.1:4400',
    'https://box.tail1234.ts.net',
  ],
  [
    'ssh itself',
    '** This session may be vulnerable to "store now, decrypt later" attacks.\n** See https://openssh.com/pq.html',
    null,
  ],
];

const lines: [what: string, line: string, url: string | null][] = [
  ['nothing', '', null],
  ['loopback by number', 'listening on http://127.0.0.1:4400', null],
  ['loopback by name', 'http://localhost:4400 and http://app.localhost:4400', null],
  ['loopback in IPv6', 'http://[::1]:4400', null],
  ['all addresses', 'http://0.0.0.0:4400', null],
  ['a private address', 'http://192.168.1.5:4400', null],
  ['a name without a dot', 'http://proxy:4400', null],
  ['a public address', 'at http://203.0.113.9:8080', 'http://203.0.113.9:8080'],
  ['http alone', 'http://a.example.org', 'http://a.example.org'],
  ['https after http', 'http://a.example.org https://a.example.org', 'https://a.example.org'],
  ['the first of two', 'https://a.example.org https://b.example.org', 'https://a.example.org'],
  ['a full stop', 'Open https://a.example.org.', 'https://a.example.org'],
  ['brackets', '(see <https://a.example.org>), [https://b.example.org]', 'https://a.example.org'],
  ['quotes', `'https://a.example.org';`, 'https://a.example.org'],
  ['bold', '**https://a.example.org**', 'https://a.example.org'],
  ['colour', `${ESC}[1m${ESC}[36mhttps://a.example.org${ESC}[0m!`, 'https://a.example.org'],
  [
    'a terminal link',
    `${ESC}]8;;https://a.example.org${ESC}\\https://a.example.org${ESC}]8;;${ESC}\\`,
    'https://a.example.org',
  ],
  ['a drawn box', '│https://a.example.org│', 'https://a.example.org'],
  ['a port', 'https://a.example.org:8443/', 'https://a.example.org:8443'],
  ['a path', 'https://a.example.org/in/7?k=v', 'https://a.example.org/in/7?k=v'],
  ['capitals', 'HTTPS://A.example.org', 'HTTPS://A.example.org'],
  ['another scheme', 'tcp://a.example.org:39005', null],
  ['an unfit host', 'https://...', null],
];

describe('finding the public URL', () => {
  test.each(outputs)('of %s', (_, output, url) => expect(findPublicUrl(output)).toBe(url));
  test.each(lines)('with %s', (_, line, url) => expect(findPublicUrl(line)).toBe(url));

  test('whatever surrounds it', () => {
    const words = fc.array(fc.stringMatching(/^[a-z 0-9:.|=-]{0,12}$/), { maxLength: 6 });
    fc.assert(
      fc.property(words, words, fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/), (before, after, name) => {
        const url = `https://${name}.lhr.life`;
        expect(findPublicUrl(`${before.join(' ')} ${url} ${after.join(' ')}`)).toBe(url);
      }),
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        findPublicUrl(text);
        findPublicUrl(`https://${text}`);
      }),
    );
  });
});
