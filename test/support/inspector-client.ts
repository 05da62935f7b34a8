/** Asks the inspector's API as its page does. `link` is the one that the program printed. Throws where it refuses. */
export async function ask(link: string, method: string, path: string, json?: unknown): Promise<any> {
  const { origin, hash } = new URL(link);
  const token = new URLSearchParams(hash.slice(1)).get('token')!;
  const response = await fetch(origin + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** The link to a view, with the token. */
export function linkTo(link: string, place: string): string {
  const { origin, hash } = new URL(link);
  return `${origin}/${place}${hash}`;
}
