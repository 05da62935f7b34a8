import type { CommandGroup } from '../../command.ts';

const endpoints = {
  declare: () => {},
  commands: {
    create: { summary: 'have a provider deliver to a URL', load: () => import('./create.ts') },
    list: { summary: 'all endpoints, oldest first', load: () => import('./list.ts') },
    show: { summary: 'one endpoint and its settings', load: () => import('./show.ts') },
    update: { summary: 'change settings of an endpoint', load: () => import('./update.ts') },
    delete: {
      summary: 'delete endpoints; what waits for them is canceled',
      load: () => import('./delete.ts'),
    },
    enable: { summary: 'deliver to an endpoint again', load: () => import('./enable.ts') },
    disable: {
      summary: 'deliver to an endpoint no more; what waits is canceled',
      load: () => import('./disable.ts'),
    },
    test: {
      summary: 'deliver one event as a test: recorded, not retried, not counted',
      load: () => import('./test.ts'),
    },
    'rotate-secret': { summary: 'give an endpoint another secret', load: () => import('./rotate-secret.ts') },
  },
} satisfies CommandGroup;

export default endpoints;
