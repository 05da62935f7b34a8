import { spawn } from 'node:child_process';

/** Opens a URL in the user's browser. Where that is not to be had nothing happens: the link was printed. */
export function openInBrowser(url: string, platform: string): void {
  const [command, ...args] =
    platform === 'darwin'
      ? ['open', url]
      : platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(command!, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
