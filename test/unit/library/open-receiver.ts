import { onTestFinished } from 'vitest';
import { createReceiver, type Receiver } from '../../../src/library/receiver.ts';
import type { ReceiverSettings } from '../../../src/library/receiver-settings.ts';

export const SECRET = 'whsec_x';

/** A receiver that is closed with the test, whatever its answers threw. */
export async function openReceiver(settings: ReceiverSettings = {}): Promise<Receiver> {
  const receiver = await createReceiver(settings);
  onTestFinished(() => receiver.close().catch(() => {}));
  return receiver;
}
