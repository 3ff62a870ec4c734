// A process that holds a server of the version that it is told until it is killed.
import { startRealServer } from './real-server.ts';
import { asServerVersion } from './versions.ts';

const version = asServerVersion(process.argv[2] ?? '');
if (version === undefined) throw new Error(`There is no server ${String(process.argv[2])}.`);
const server = await startRealServer({ version });
process.stdout.write(`${JSON.stringify({ home: server.home, pid: server.pid })}\n`);
