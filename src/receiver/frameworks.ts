import { headerValue, type Header } from '../model/request.ts';

/** An app's answer, as far as it is looked at. */
export interface AppAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  /** How its body begins; empty where it is no text. */
  readonly body: string;
}

export interface Framework {
  readonly name: string;
  /** What to do in it, as a clause. */
  readonly fix: string;
}

/** What an answer of a framework has. All of one sign must be there. */
interface Sign {
  readonly headers?: Readonly<Record<string, RegExp>>;
  readonly status?: number;
  readonly body?: RegExp;
}

type Known = Framework & { readonly signs: readonly Sign[] };

/** How to verify the bytes as they came. What stands on top of another framework comes before it. */
const FRAMEWORKS: readonly Known[] = [
  {
    name: 'Next.js',
    signs: [{ headers: { 'x-powered-by': /^next\.js/i } }],
    fix: 'verify `await request.text()` and parse that (under pages/api, switch bodyParser off)',
  },
  {
    name: 'NestJS',
    signs: [
      { body: /^\{"message":.*"statusCode":\d{3}\}$/s },
      { body: /^\{"statusCode":\d{3},"message":(?:(?!"path":).)*\}$/s },
    ],
    fix: 'create the app with { rawBody: true } and verify req.rawBody',
  },
  {
    name: 'Express',
    signs: [{ headers: { 'x-powered-by': /^express/i } }, { body: /<pre>Cannot (?:[A-Z]+) \// }],
    fix: "put express.raw({ type: '*/*' }) on that route, before express.json()",
  },
  {
    name: 'Fastify',
    signs: [{ body: /^\{"statusCode":\d{3},(?:"code":"[^"]*",)?"error":"[^"]*","message":/ }],
    fix: "use addContentTypeParser('application/json', { parseAs: 'buffer' }, …) for that route, verify the buffer and parse it after",
  },
  {
    name: 'Koa',
    signs: [{ headers: { 'x-powered-by': /^koa/i } }],
    fix: 'verify ctx.request.rawBody, or read ctx.req before a body parser does',
  },
  {
    name: 'Flask',
    signs: [{ headers: { server: /werkzeug/i } }],
    fix: 'verify request.get_data(), before request.json or request.form is read',
  },
  {
    name: 'Django',
    signs: [
      { headers: { server: /^wsgiserver/i } },
      { headers: { 'x-frame-options': /^deny$/i, 'referrer-policy': /^same-origin$/i } },
    ],
    fix: 'verify request.body, before request.POST is read, and put @csrf_exempt on the view',
  },
  {
    name: 'FastAPI',
    signs: [{ headers: { server: /^uvicorn/i } }, { body: /^\{"detail":/ }],
    fix: 'verify `await request.body()` and parse that: a model as parameter has lost the bytes',
  },
  {
    name: 'Rails',
    signs: [{ headers: { 'x-runtime': /^\d+\.\d+$/ } }],
    fix: 'verify request.raw_post and not params, and let the controller skip_forgery_protection',
  },
  {
    name: 'Laravel',
    signs: [{ headers: { 'set-cookie': /(?:laravel[_-]session|XSRF-TOKEN)=/i } }],
    fix: 'verify $request->getContent() and not $request->all()',
  },
  {
    name: 'Spring',
    signs: [{ body: /^\{"timestamp":.*"status":\d{3},"error":"/s }, { body: /Whitelabel Error Page/ }],
    fix: 'take the body as @RequestBody byte[], and where Spring Security is on, permit the route and except it from CSRF protection',
  },
  {
    name: 'ASP.NET',
    signs: [{ headers: { server: /kestrel/i } }, { headers: { 'x-powered-by': /^asp\.net/i } }],
    fix: 'verify the bytes of Request.Body, before model binding reads them (Request.EnableBuffering())',
  },
  {
    name: 'PHP',
    signs: [{ headers: { 'x-powered-by': /^php/i } }],
    fix: "verify file_get_contents('php://input') and not $_POST",
  },
];

/** Who refuses a request for lack of a CSRF token, which comes before a signature is looked at. */
const CSRF_GUARDS: readonly Known[] = [
  {
    name: 'Django',
    signs: [{ body: /CSRF verification failed|CSRF Failed:/ }],
    fix: 'put @csrf_exempt on that view, and verify request.body in it',
  },
  {
    name: 'Rails',
    signs: [
      {
        body: /InvalidAuthenticityToken|Invalid authenticity token|verify CSRF token|The change you wanted was rejected/i,
      },
    ],
    fix: 'let that controller skip_forgery_protection, and verify request.raw_post in it',
  },
  {
    name: 'Laravel',
    signs: [{ status: 419 }, { body: /CSRF token mismatch/ }],
    fix: 'have the route in routes/api.php, or except it with validateCsrfTokens(except: […]), and verify $request->getContent()',
  },
  {
    name: 'Spring Security',
    signs: [{ body: /Invalid CSRF Token '|provided CSRF token|expected CSRF token/ }],
    fix: 'except the route with csrf.ignoringRequestMatchers(…), and verify the body as @RequestBody byte[]',
  },
  {
    name: 'Flask',
    signs: [{ body: /The CSRF (?:session )?token is (?:missing|invalid)/ }],
    fix: 'put @csrf.exempt on that view, and verify request.get_data() in it',
  },
  {
    name: 'Express',
    signs: [{ body: /invalid csrf token/i }],
    fix: 'mount that route before the CSRF middleware, with express.raw',
  },
];

/** The framework that an answer betrays, or null. */
export function frameworkOf(answer: AppAnswer): Framework | null {
  return find(FRAMEWORKS, answer);
}

/** Whose CSRF protection it is that refuses, or null. */
export function csrfGuardOf(answer: AppAnswer): Framework | null {
  return find(CSRF_GUARDS, answer);
}

function find(known: readonly Known[], answer: AppAnswer): Framework | null {
  return known.find(({ signs }) => signs.some((sign) => has(answer, sign))) ?? null;
}

function has({ status, headers, body }: AppAnswer, sign: Sign): boolean {
  return (
    (sign.status === undefined || sign.status === status) &&
    (sign.body === undefined || sign.body.test(body.trim())) &&
    Object.entries(sign.headers ?? {}).every(([name, value]) => value.test(headerValue(headers, name) ?? ''))
  );
}
