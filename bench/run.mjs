// npm run bench [name...]: prints figures as ratios or differences against a yardstick that runs interleaved with them.
import { readdir } from 'node:fs/promises';

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const names = (await readdir(new URL('.', import.meta.url)))
  .filter((file) =>
    /^(startup|capture|delivery|virtual-clock|idle|emulator|inspector|run-overhead|diagnosis)\.mjs$/.test(
      file,
    ),
  )
  .map((file) => file.replace('.mjs', ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
if (names.length === 0) {
  console.error(`no such benchmark: ${wanted.join(', ')}`);
  process.exitCode = 2;
}
for (const name of names) {
  const { default: run } = await import(`./${name}.mjs`);
  console.log(await run());
}
