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
    init: { summary: 'begin a provider of your own', load: () => import('./init.ts') },
    import: {
      summary: 'make a provider of your own from an OpenAPI document',
      load: () => import('./import.ts'),
    },
    test: {
      summary: 'check that a provider can be forged, found out and verified',
      load: () => import('./test.ts'),
    },
  },
} satisfies CommandGroup;

export default providers;
