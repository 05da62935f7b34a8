export { WebhookError, UsageError, NotFoundError, StoreError, ListenError, TunnelError } from './errors.ts';
export type { Header, OutgoingRequest, RawRequest } from './model/request.ts';

export { createReceiver, type Receiver, type ReceiverQuery } from './library/receiver.ts';
export type { ReceiverSettings } from './library/receiver-settings.ts';
export type { ReceivedCapture } from './library/received-capture.ts';
export type { CaptureQuery } from './library/capture-query.ts';
export type { FixedReply, Reply, ReplyParts } from './library/replies.ts';
export type { WaitOptions } from './library/waiting.ts';
export { forge, type EventOptions, type Forged, type ForgeOptions } from './library/forge.ts';
export { replay, send, type ReplayOptions, type SendEventOptions } from './library/send.ts';
export { createEngine, type Engine, type EngineSettings, type EngineStores } from './library/engine.ts';
export { createEmulator, type Emulator, type EmulatorSettings } from './library/emulator.ts';
export type { HeadersOption, Target } from './library/options.ts';

export type { Attempt, AttemptError, AttemptResponse, AttemptTrigger } from './model/attempt.ts';
export type { Capture, CaptureResponse, CaptureSummary } from './model/capture.ts';
export type { Verdict, VerdictReason } from './model/verdict.ts';
export { systemClock, type Clock } from './model/clock.ts';
export { createId, type IdPrefix, type RandomBytes } from './model/id.ts';

export type {
  AsymmetricScheme,
  DigestScheme,
  HmacScheme,
  KeyForm,
  Secret,
  SignatureForm,
  SignatureItems,
  SignaturePlace,
  SignatureScheme,
  SignedTime,
  SignedValue,
  TokenScheme,
  UnsignedScheme,
} from './signing/scheme.ts';
export { sign, type SignContext } from './signing/sign.ts';
export { verify, verifyRequest, type VerifiableRequest } from './library/verify.ts';
export type { VerifyContext } from './signing/verify.ts';
export type { SignedRequest } from './signing/signed-request.ts';

export { builtIn, createProviders, type Providers } from './providers/index.ts';
export { loadProvider, loadProviders, providerIds } from './providers/index.ts';
export { assumed, defineProvider, documented, type ProviderProfile } from './providers/provider.ts';
export { defineConfig, type WebhookConfig } from './own/define-config.ts';
export { signRequest } from './providers/signatures.ts';
export { every, exponential, exponentialOver, exponentialWithin } from './providers/schedules.ts';
export type {
  DeliveryHeader,
  DisableRule,
  Envelope,
  EventType,
  Fact,
  Handshake,
  Location,
  OtherSignature,
  Provider,
  RetrySchedule,
  StatusRange,
} from './providers/provider.ts';
export { detect, type Detection } from './providers/detect.ts';

export { renderMessage, renderRequest } from './forge/forge.ts';
export type { PayloadOptions, RequestOptions } from './forge/forge.ts';
export type { ForgeContext, Message } from './forge/message.ts';
export type { Breakage } from './forge/break.ts';
export { renderReplay, type ReplayRequestOptions } from './forge/replay.ts';

export { diagnose, examine, type DiagnosisContext, type Examination } from './diagnosis/diagnose.ts';
export type { Cause, Confidence, Diagnosis } from './diagnosis/cause.ts';

export { startReceiver, type ReceiverEvent, type ReceiverOptions } from './receiver/receiver.ts';
export { plainAnswer, type Answer, type Answerer } from './receiver/answer.ts';
export { createUndiciSender, type UndiciSenderOptions } from './engine/undici-sender.ts';
export { createScriptedSender, parseOutcomes } from './engine/scripted-sender.ts';
export type { Outcome, Sender, SendOptions } from './engine/sender.ts';
export type { EngineEvent, EngineOptions } from './engine/engine.ts';
export {
  manualClock,
  realClock,
  scaledClock,
  virtualClock,
  type EngineClock,
  type ManualClock,
} from './engine/clock.ts';
export {
  changeEndpoint,
  createEndpoint,
  deactivateEndpoint,
  enableEndpoint,
  type EndpointSettings,
} from './engine/endpoints.ts';
export type { EndpointChecks } from './engine/endpoint-checks.ts';
export { publish, type Published, type PublishOptions } from './engine/publish.ts';
export { decide, type Decision, type Situation } from './engine/decide.ts';
export { policyOf, type Policy } from './engine/policy.ts';
export type { Delivery, DeliveryStatus, DeliveryTrigger } from './model/delivery.ts';
export { subscribes, type Endpoint, type EndpointStatus } from './model/endpoint.ts';
export { openStore } from './store/open.ts';
export type { StoreOptions } from './store/options.ts';
export type {
  AttemptStore,
  CaptureFilter,
  CapturePage,
  CaptureStore,
  DeliveryCounts,
  DeliveryFilter,
  DeliveryPage,
  DeliveryStore,
  EndpointFilter,
  EndpointStore,
  EngineStore,
  NewCapture,
  Page,
  Store,
} from './store/store.ts';
