import type { CommandGroup } from '../../command.ts';

const providers = {
  declare: () => {},
  commands: {
    list: { summary: 'who can be received from and forged', load: () => import('./list.ts') },
    show: {
      summary: 'one provider: catalog, signing, delivery; or one payload',
      load: () => import('./show.ts'),
    },
    detect: { summary: 'whose request it may be, and why', load: () => import('./detect.ts') },
  },
} satisfies CommandGroup;

export default providers;
