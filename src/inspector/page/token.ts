/** The run's token comes with the link, behind `#`, where no server and no log sees it, and is kept for this origin's other tabs. */
const KEY = 'token';

export function takeToken(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given === null) return;
  localStorage.setItem(KEY, given);
  history.replaceState(history.state, '', location.pathname + location.search);
}

export function token(): string {
  return localStorage.getItem(KEY) ?? '';
}
