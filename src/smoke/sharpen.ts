import type { RuleFinding } from './judge.ts';

/** Says more of what was accepted than each rule could know by itself, from what the others saw. Pure. */
export function sharpen(
  id: string,
  finding: RuleFinding,
  findings: ReadonlyMap<string, RuleFinding>,
  header: string,
): RuleFinding {
  if (finding.isAccepted !== true) return finding;
  const all = ['R02', 'R03', 'R04'];
  const isTaken = (other: string): boolean => {
    const known = findings.get(other);
    // R03 has nothing to look at where the body is not signed.
    return known?.isAccepted === true || (other === 'R03' && known?.status === 'skipped');
  };
  if ([...all, 'R06'].includes(id) && all.every(isTaken)) {
    return { ...finding, hint: `it does not verify signatures at all: verify ${header}` };
  }
  if (findings.get('R04')?.status !== 'passed') return finding;
  if (id === 'R02') {
    return {
      ...finding,
      hint: `it verifies a signature only where there is one: refuse a request without ${header} with 401`,
    };
  }
  if (id === 'R03') {
    return {
      ...finding,
      hint: 'it does not sign the whole body itself: compute the signature over all its bytes, and compare',
    };
  }
  return finding;
}
