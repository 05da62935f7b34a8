import fc from 'fast-check';
import { draftProfile } from '../../../src/own/draft.ts';
import { builtIn } from '../../../src/providers/index.ts';

const draft = draftProfile('acme', {}, 0);

/** JSON that is nearly a profile: a good one with a value somewhere put in place of another. */
export const nearlyProfile = fc
  .tuple(
    fc.constantFrom(...builtIn.all, draft),
    fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
    fc.jsonValue(),
  )
  .map(([sound, path, value]) => {
    const profile = JSON.parse(JSON.stringify(sound)) as Record<string, unknown>;
    let holder = profile;
    for (const [depth, step] of path.entries()) {
      const keys = Object.keys(holder);
      const key = keys[step % Math.max(1, keys.length)] ?? '__proto__';
      // The prototype of all objects is not to be changed.
      const next = Object.hasOwn(holder, key) ? holder[key] : undefined;
      if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
        Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
        break;
      }
      holder = next as Record<string, unknown>;
    }
    return profile;
  });
