import type { CommandGroup } from '../../command.ts';

const captures = {
  declare: () => {},
  commands: {
    list: { summary: 'what came in, newest first', load: () => import('./list.ts') },
    show: { summary: 'one capture: headers, body, verdict, replays', load: () => import('./show.ts') },
    search: { summary: 'captures whose headers or body hold words', load: () => import('./search.ts') },
    delete: { summary: 'delete captures', load: () => import('./delete.ts') },
    prune: { summary: 'delete the oldest, and make the file smaller', load: () => import('./prune.ts') },
  },
} satisfies CommandGroup;

export default captures;
