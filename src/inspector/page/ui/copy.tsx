import { useEffect, useState } from 'preact/hooks';
import { ApiFailure } from '../api.ts';

const SHOWN_MS = 2_000;

/** Copies what `text` gives, and says so for a moment. */
export function CopyButton({
  label,
  text,
}: {
  readonly label: string;
  readonly text: () => string | Promise<string>;
}) {
  const [said, say] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => say(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button
      type="button"
      onClick={async () => {
        try {
          await navigator.clipboard.writeText(await text());
          say('Copied');
        } catch (error) {
          say(error instanceof ApiFailure ? error.message : 'Could not copy');
        }
      }}
    >
      <span aria-live="polite">{said ?? label}</span>
    </button>
  );
}
