// A process that holds other processes and a temporary folder, and lets nothing of them outlive its parent.
//
// The parent keeps the other end of our standard input open. However the parent ends, SIGKILL included, the system closes that
// pipe; then the processes are killed and the folder is removed. That works alike on Linux and macOS.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Order, Report } from './supervisor-protocol.ts';

const dir = mkdtempSync(join(tmpdir(), 'controlplane-'));
const children = new Map<string, ChildProcess>();
let finishing = false;

// A parent that is gone cannot read our reports; that is no reason to leave its processes behind.
process.stdout.on('error', finish);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, finish);
const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => {
  obey(JSON.parse(line) as Order);
});
orders.on('close', finish);
process.stdin.on('error', finish);
report({ dir });

function obey(order: Order): void {
  if (finishing) return;
  if ('stop' in order) children.get(order.stop)?.kill(order.signal);
  else start(order.start, order.command, order.args);
}

function start(name: string, command: string, args: readonly string[]): void {
  const log = openSync(join(dir, `${name}.log`), 'a');
  const child = spawn(command, args, { cwd: dir, stdio: ['ignore', log, log] });
  closeSync(log);
  const end = (why: string): void => {
    children.delete(name);
    report({ ended: name, why });
    if (finishing) leaveWhenAlone();
  };
  child.once('error', (error) => {
    end(error.message);
  });
  child.once('spawn', () => {
    children.set(name, child);
    report({ started: name, pid: child.pid ?? 0 });
    child.once('exit', (code, signal) => {
      end(signal ?? `exit code ${String(code)}`);
    });
    if (finishing) child.kill('SIGKILL');
  });
}

function finish(): void {
  if (finishing) return;
  finishing = true;
  for (const child of children.values()) child.kill('SIGKILL');
  leaveWhenAlone();
}

/** The folder goes last: a process that still writes would make parts of it anew. */
function leaveWhenAlone(): void {
  if (children.size > 0) return;
  rmSync(dir, { recursive: true, force: true });
  process.exit();
}

function report(message: Report): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
