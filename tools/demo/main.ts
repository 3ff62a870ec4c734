// `npm run demo`: a Neo4j cluster on this machine, from nothing. `npm run demo -- --help` says what else it can do.
import { embeddedDemo } from './embedded.ts';
import { readOptions, usage, UsageError } from './options.ts';
import { createScreen } from './screen.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  const screen = createScreen(process.stdout);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stop.abort();
    });
  }
  try {
    const options = readOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
    if (options.help) {
      process.stdout.write(usage);
      return 0;
    }
    if (options.kubeconfig !== undefined) {
      const { ownClusterDemo } = await import('./own-cluster.ts');
      return await ownClusterDemo({ ...options, kubeconfig: options.kubeconfig }, screen, stop.signal);
    }
    return await embeddedDemo(options, screen, stop.signal);
  } catch (error) {
    screen.now('');
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${usage}`);
      return 2;
    }
    throw error;
  }
}
