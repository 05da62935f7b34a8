import type { Exchange, Session } from './session.ts';
import type { Applies } from './applies.ts';
import type { RuleFinding } from './judge.ts';

/** What the rules beside R01 build on: an event that the app acknowledged. */
export interface Ground {
  readonly session: Session;
  /** The first correct delivery that was acknowledged. */
  readonly first: Exchange;
  readonly eventType: string;
  /** The middle duration of correct deliveries, in milliseconds. */
  readonly usualMs: number;
  /**
   * Whether an answer is as good as that to the first delivery. Where an app acknowledges with a status that the provider
   * does not take, R01 says so; the other rules have something else to say.
   */
  readonly takes: (exchange: Exchange) => boolean;
}

/** Something that an app has to do, or must not, and how to find out. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  /** Whether it is looked at unless others are asked for. */
  readonly isDefault: boolean;
  /** Whether there is nothing to look at where nothing is signed. */
  readonly needsSecret?: boolean;
  /** Why it has nothing to look at with a provider; left out where it has with any. */
  readonly applies?: Applies;
  /** Whether it is among the default ones with providers to which it applies, though not with others. */
  readonly isDefaultWhereApplies?: boolean;
  readonly look: (ground: Ground) => Promise<RuleFinding>;
}
