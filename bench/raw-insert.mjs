// What SQLite does with no more than it must: a request's bytes into one table without any index, each group a commit as durable
// as ours. Takes tasks as lines of JSON, says of each how many rows a second.
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { signedRequest } from './support/signed-request.mjs';

const { path } = JSON.parse(process.argv[2]);
const db = new Database(path);
db.pragma('journal_mode = wal');
db.pragma('synchronous = full');
db.exec('create table requests (seq integer primary key, received_at integer, bytes blob)');
const insert = db.prepare('insert into requests (received_at, bytes) values (?, ?)');
const insertAll = db.transaction((requests) => {
  for (const request of requests) insert.run(Date.now(), request);
});

console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  const { group, seconds } = JSON.parse(line);
  const requests = Array.from({ length: group }, (_, index) =>
    signedRequest('http://localhost/', `evt_${index}`),
  );
  const begun = performance.now();
  let rows = 0;
  for (; performance.now() < begun + seconds * 1_000; rows += group) insertAll(requests);
  console.log(JSON.stringify({ rate: (rows / (performance.now() - begun)) * 1_000 }));
}
