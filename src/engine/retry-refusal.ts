import { NotFoundError, WebhookError } from '../errors.ts';
import type { Delivery } from '../model/delivery.ts';
import type { EndpointStore, RetryAnswer } from '../store/store.ts';

/** Why a delivery cannot be retried, and what to do about it. */
export async function retryRefusal(
  endpoints: Pick<EndpointStore, 'get'>,
  answer: Exclude<RetryAnswer, 'due'>,
  { id, endpointId }: Pick<Delivery, 'id' | 'endpointId'>,
): Promise<WebhookError> {
  if (answer === 'missing') return new NotFoundError(`${id} was deleted meanwhile`);
  if (answer === 'sending') {
    return new WebhookError('ERR_SENDING', `${id} is being sent at this moment`, {
      hint: 'try again when it has ended',
    });
  }
  const isThere = (await endpoints.get(endpointId)) !== null;
  return new WebhookError(
    'ERR_ENDPOINT_NOT_ACTIVE',
    `${id} goes to ${endpointId}, which ${isThere ? 'is not active' : 'was deleted'}`,
    {
      hint: isThere
        ? `run: webhook-cli endpoints enable ${endpointId}`
        : 'emit the event anew, to the endpoints there are now',
    },
  );
}
