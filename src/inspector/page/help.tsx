import { Dialog } from './ui/dialog.tsx';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['1 2 3 4', 'Captures, Send, Endpoints, Deliveries'],
  ['↑ ↓', 'Move through the list'],
  ['Enter', 'Open what is selected'],
  ['/', 'Search'],
  ['r', 'Replay the capture'],
  ['d', 'Compare it with the one before'],
  ['Esc', 'Back to the list'],
  ['Ctrl Enter', 'Send what is composed'],
  ['?', 'This list'],
];

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
