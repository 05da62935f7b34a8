// Sends one request, prints what came of it, closes the sender unless told to leave it open, and has then nothing left to do.
import { createUndiciSender } from '../../../../src/engine/undici-sender.ts';

const sender = await createUndiciSender();
const request = { method: 'POST', url: process.argv[2]!, headers: [], body: Buffer.alloc(0) };
const outcome = await sender.send(request, { timeoutMs: 300 });
console.log(outcome.kind === 'failure' ? outcome.error.code : outcome.response.status);
if (process.argv[3] !== 'open') await sender.close();
