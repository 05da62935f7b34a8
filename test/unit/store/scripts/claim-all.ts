import { openStore } from '../../../../src/store/open.ts';

// claim-all.ts <path> <batch> <now>: claims what comes of a batch, a few at a time, until all is taken; says what it got.
const [path, batch, now] = process.argv.slice(2);
const { deliveries, engines, close } = await openStore({ path: path! });
const registered = await engines.register(
  { clock: 'real', host: 'here', pid: process.pid, processStarted: 1 },
  () => false,
);
if ('excludedBy' in registered) throw new Error('an engine excludes this one');
console.log('ready');
const ids: string[] = [];
for (;;) {
  const { claims } = await deliveries.claim({
    owner: registered.seq,
    now: Number(now),
    room: 3,
    roomAtEndpoint: 3,
    underWay: () => 0,
  });
  ids.push(...claims.map(({ deliveryId }) => deliveryId));
  const { pending, sending } = await deliveries.count(batch!);
  if (pending === 0 && sending > 0) break;
}
await close();
console.log(JSON.stringify(ids));
