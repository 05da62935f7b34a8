import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are quoted already. */
  readonly verbatim: boolean;
}

/** What to spawn for a command: itself, but on Windows, scripts such as npm.cmd only run in a shell. */
export function commandLine(
  [command, ...args]: readonly [string, ...string[]],
  platform: string,
  env: Env,
  exists: (path: string) => boolean = existsSync,
): CommandLine {
  const script = platform === 'win32' ? findScript(command, env, exists) : null;
  if (script === null) return { file: command, args, verbatim: false };
  // A script hands its arguments on to another program, so what they hold is read twice.
  const line = [escape(win32.normalize(script)), ...args.map((arg) => escape(escape(quote(arg))))].join(' ');
  return { file: env['comspec'] || 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

/** The batch file that a command stands for; null where it is a program or nothing. */
function findScript(command: string, env: Env, exists: (path: string) => boolean): string | null {
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  const folders = /[\\/]/.test(command) ? [''] : ['', ...path.split(';').filter(Boolean)];
  const endings = win32.extname(command) === '' ? ['.com', '.exe', '.bat', '.cmd'] : [''];
  const found = folders
    .flatMap((folder) => endings.map((ending) => win32.join(folder, command + ending)))
    .find(exists);
  return found !== undefined && /\.(bat|cmd)$/i.test(found) ? found : null;
}

/** As programs on Windows split their command line: backslashes count before a quotation mark only. */
function quote(text: string): string {
  return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

function escape(text: string): string {
  return text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&');
}
