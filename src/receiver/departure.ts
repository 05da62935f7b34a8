const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a sender goes, until told to stop. To listen to a signal costs as much as a third of an answer does, so that is done
 * once for all the requests of a connection.
 */
export function onDeparture(gone: AbortSignal, callback: () => void): () => void {
  const callbacks = waiting.get(gone) ?? listenTo(gone);
  callbacks.add(callback);
  return () => void callbacks.delete(callback);
}

function listenTo(gone: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(gone, callbacks);
  gone.addEventListener('abort', () => callbacks.forEach((callback) => callback()), { once: true });
  return callbacks;
}
