import type { CommandGroup } from '../../command.ts';

const deliveries = {
  declare: () => {},
  commands: {
    list: { summary: 'what went out and what waits, newest first', load: () => import('./list.ts') },
    show: { summary: 'one delivery, attempt by attempt', load: () => import('./show.ts') },
    retry: { summary: 'deliver again by hand, one or many', load: () => import('./retry.ts') },
    cancel: { summary: 'cancel what waits', load: () => import('./cancel.ts') },
  },
} satisfies CommandGroup;

export default deliveries;
