import { distance } from 'fastest-levenshtein';

/** The names that a misspelt one was probably meant to be, nearest first; none where nothing is near. Case does not count. */
export function nearestNames(name: string, known: Iterable<string>, most = 3): string[] {
  const wanted = name.toLowerCase();
  const near = Array.from(known, (candidate) => ({
    candidate,
    far: distance(wanted, candidate.toLowerCase()),
  }))
    .filter(({ candidate, far }) => far <= Math.max(2, Math.floor(candidate.length / 3)))
    // Two short names with nothing in common are only two edits apart.
    .filter(({ candidate, far }) => far < Math.max(wanted.length, candidate.length))
    .sort((left, right) => left.far - right.far);
  return near
    .filter(({ far }) => far <= near[0]!.far + 1)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}
