/** For SDKs that want to tell what they do. */
export const quietLogger = { debug() {}, info() {}, warn() {}, error() {}, child: () => quietLogger };

/** For one that writes to the console itself. */
export async function quietly<T>(run: () => Promise<unknown>): Promise<T> {
  const { debug } = console;
  console.debug = () => {};
  try {
    return (await run()) as T;
  } finally {
    console.debug = debug;
  }
}
