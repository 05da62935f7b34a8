import type { Diagnosis } from '../../diagnosis/cause.ts';

/** How to get at a body's raw bytes, by framework. */
const RAW_BODY = {
  express: `// before any express.json()
app.post('/webhooks', express.raw({ type: () => true }), (req, res) => {
  const raw = req.body; // a Buffer: verify this, then JSON.parse(raw)
});`,
  fastify: `fastify.removeAllContentTypeParsers();
fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body));
fastify.post('/webhooks', async (request) => verify(request.body)); // a Buffer`,
  next: `export async function POST(request) {
  const raw = Buffer.from(await request.arrayBuffer()); // or await request.text(), never request.json()
}`,
  hono: `app.post('/webhooks', async (c) => {
  const raw = Buffer.from(await c.req.arrayBuffer()); // never c.req.json()
});`,
} as const;

export type Framework = keyof typeof RAW_BODY;

export const FRAMEWORKS = Object.keys(RAW_BODY) as readonly Framework[];

export function isFramework(name: string): name is Framework {
  return Object.hasOwn(RAW_BODY, name);
}

/** The code to show: of the framework that is asked for, or of all where the body may be the cause. */
export function rawBodyCode(
  diagnosis: readonly Diagnosis[],
  framework: Framework | null,
): Readonly<Record<string, string>> {
  if (framework !== null) return { [framework]: RAW_BODY[framework] };
  // Where no secret that is known explains it, the body may.
  return diagnosis.some(({ cause }) => cause.startsWith('body-') || cause === 'secret-wrong') ? RAW_BODY : {};
}
