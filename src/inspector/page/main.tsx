import { render } from 'preact';
import { App } from './app.tsx';
import { follow } from './live.ts';
import { applyTheme } from './theme.ts';
import { takeToken } from './token.ts';

takeToken();
applyTheme();
addEventListener('hashchange', () => {
  takeToken();
  location.reload();
});
void follow();
const root = document.querySelector('#app')!;
root.replaceChildren();
render(<App />, root);
