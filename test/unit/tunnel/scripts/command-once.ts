// Opens a tunnel by a command, prints its URL, and then stays, ends or is killed, as its second argument says.
import { systemClock } from '../../../../src/model/clock.ts';
import { commandDriver } from '../../../../src/tunnel/command.ts';

const [, , command = '', then] = process.argv;
const driver = commandDriver({ command, clock: systemClock });
const tunnel = await driver.open(4400, new AbortController().signal);
console.log(tunnel.url);
if (then === 'close') await tunnel.close();
if (then === 'exit') process.exit(0);
