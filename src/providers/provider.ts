export { defineProvider, type ProviderProfile } from './define.ts';
export type { Envelope, EventType, Location } from './envelope.ts';
export { assumed, documented, type Fact } from './fact.ts';
export {
  ANY_2XX,
  describeSuccess,
  isSuccess,
  type DeliveryHeader,
  type DisableRule,
  type RetryHints,
  type RetrySchedule,
  type StatusRange,
} from './habits.ts';
export type { Handshake } from './handshake.ts';
export type {
  EndpointFilter,
  EndpointSettings,
  LogEntry,
  OtherSignature,
  Provider,
} from './provider-type.ts';
