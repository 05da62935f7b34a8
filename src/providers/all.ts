import { compliancely } from './compliancely.ts';
import { deiterate } from './deiterate.ts';
import { filedgr } from './filedgr.ts';
import { iverton } from './iverton.ts';
import type { Provider } from './provider.ts';
import { taskplatform } from './taskplatform.ts';

/** Every provider, for who cannot wait for one to be loaded. One line each. */
export const allProviders: readonly Provider[] = [deiterate, filedgr, taskplatform, compliancely, iverton];
