import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface LoadRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Load {
  /** Ends the load: no connection begins another request. Resolves when all are done. */
  stop(): Promise<void>;
  /** Resolves when the last connection is done, on its own once its server is gone. */
  readonly done: Promise<void>;
}

/**
 * Sends requests over so many keep-alive connections, one after another on each, until stopped or cut off.
 * `acknowledged` is told of each request whose answer arrived whole with a 2xx, `unacknowledged` of every other.
 */
export function startLoad(
  url: string,
  connections: number,
  next: () => LoadRequest,
  acknowledged: (sent: LoadRequest) => void,
  unacknowledged: (sent: LoadRequest, status: number | null) => void = () => {},
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let stopped = false;
  const done = Promise.all(Array.from({ length: connections }, connection)).then(() => agent.destroy());
  return {
    done,
    stop: () => {
      stopped = true;
      return done;
    },
  };

  async function connection(): Promise<void> {
    while (!stopped) {
      const sent = next();
      const status = await post(sent);
      if (status !== null && status >= 200 && status < 300) acknowledged(sent);
      else {
        unacknowledged(sent, status);
        if (status === null) return;
      }
    }
  }

  /** The status answered, or null where no whole answer came. */
  function post({ path, headers = {}, body }: LoadRequest): Promise<number | null> {
    return new Promise((resolve) => {
      const outgoing = request(
        url + path,
        { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
        (response) => {
          response.resume();
          response.once('end', () => resolve(response.complete ? response.statusCode! : null));
          response.once('close', () => resolve(null));
        },
      );
      outgoing.once('error', () => resolve(null));
      outgoing.end(body);
    });
  }
}

export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** Posts a body on a connection of its own. */
export async function post(url: string, body: Uint8Array | string): Promise<PostAnswer> {
  const outgoing = request(url, { method: 'POST', agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  await text(response);
  return { status: response.statusCode!, retryAfter: response.headers['retry-after'] };
}
