import { useEffect, useState } from 'preact/hooks';
import type { State } from '../contract.ts';
import { get } from './api.ts';
import { Captures } from './captures/captures.tsx';
import { Deliveries } from './deliveries/deliveries.tsx';
import { Endpoints } from './endpoints/endpoints.tsx';
import { Help } from './help.tsx';
import { useLive, useResource, type Connection } from './live.ts';
import { go, tabOf, usePlace, VIEWS, type View } from './location.ts';
import { Send } from './send/send.tsx';
import { setTheme, theme, type Theme } from './theme.ts';
import { Boundary } from './ui/boundary.tsx';
import { isInDialog, isTyping } from './ui/keys.ts';
import { Link } from './ui/link.tsx';

const NAMES: Readonly<Record<View, string>> = {
  captures: 'Captures',
  send: 'Send',
  endpoints: 'Endpoints',
  deliveries: 'Deliveries',
};

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Connection lost; trying again',
  refused: 'Not allowed',
};

export function App() {
  const { view } = usePlace();
  const { connection } = useLive();
  const [help, setHelp] = useState(false);
  const state = useResource('state', (signal) => get<State>('/api/state', {}, signal));

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || isInDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '?') setHelp((shown) => !shown);
      else if (/^[1-4]$/.test(event.key)) go(VIEWS[Number(event.key) - 1]!);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    document.title = `${NAMES[view]} · webhook-cli`;
  }, [view]);

  if (connection === 'refused') return <Refused />;
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="bar">
        <span class="brand" aria-hidden="true">
          webhook-cli
        </span>
        <nav aria-label="Views">
          {VIEWS.map((name) => (
            <Link key={name} href={tabOf(name)} class="tab" aria-current={name === view ? 'page' : undefined}>
              {NAMES[name]}
            </Link>
          ))}
        </nav>
        <span class="bar-end">
          <span class={`connection is-${connection}`} role="status" title={CONNECTIONS[connection]}>
            <span class="dot" aria-hidden="true" />
            <span class="connection-text">{CONNECTIONS[connection]}</span>
          </span>
          <ThemeChoice />
          <button
            type="button"
            class="quiet"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
            onClick={() => setHelp(true)}
          >
            ?
          </button>
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        <Boundary key={view}>
          {view === 'captures' && <Captures state={state.data} />}
          {view === 'send' && <Send state={state.data} />}
          {view === 'endpoints' && <Endpoints state={state.data} />}
          {view === 'deliveries' && <Deliveries state={state.data} />}
        </Boundary>
      </main>
      {help && <Help onClose={() => setHelp(false)} />}
    </>
  );
}

function ThemeChoice() {
  const [now, set] = useState(theme);
  return (
    <select
      class="quiet theme"
      aria-label="Colours"
      value={now}
      onChange={(event) => {
        const next = event.currentTarget.value as Theme;
        setTheme(next);
        set(next);
      }}
    >
      <option value="system">Auto</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}

function Refused() {
  return (
    <main class="notice" id="main">
      <h1>This link is not valid any more</h1>
      <p>
        Each run of webhook-cli makes its own link to this page, with a token in it that keeps other pages and
        programs out. Open the one that the terminal printed last.
      </p>
    </main>
  );
}
