import type { WebhookConfig } from './define-config.ts';
import { jsonSchema } from './json-schema.ts';
import { PROFILE } from './profile-shape.ts';
import { list, object, optional, record, text, type Shape } from './shape.ts';

const TEXTS: Shape = { is: 'either', due: 'text or a list of texts', of: [text(), list(text(), 1)] };

export const CONFIG: Shape = object<WebhookConfig>({
  $schema: optional(text(), 'For editors'),
  db: optional(text(), 'The database, relative to this file'),
  keep: optional(TEXTS, 'How much is kept: 7d, 1GB, or several'),
  secrets: optional(record(TEXTS), 'Provider id to its secret, or to several during a rotation'),
  verifyToken: optional(text(), 'What handshakes have to bring, such as hub.verify_token'),
  providers: optional(
    list({ is: 'either', due: 'a path or a profile', of: [text('a path', /\S/), PROFILE] }),
    'Providers of your own: the path of a file that holds one, or the profile itself',
  ),
});

/** The files of `schema/`, by name. */
export function editorSchemas(): Readonly<Record<string, unknown>> {
  const config = jsonSchema(CONFIG, { title: 'webhook-cli: webhook.config.json' });
  return {
    'webhook.config.schema.json': config,
    'provider.schema.json': {
      $schema: config['$schema'],
      title: 'webhook-cli: a provider of your own',
      $ref: 'webhook.config.schema.json#/$defs/provider',
    },
  };
}
