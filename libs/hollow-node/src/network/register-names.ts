// A preload module: `node --import <this file>` makes a process resolve the names of the cluster from the file that
// HOLLOW_NODE_NAMES names. It imports nothing of the library but the lookup, to start as fast as it can.
import { readFileSync, statSync } from 'node:fs';
import { interceptLookups } from './intercept-lookups.ts';
import { type NameTable, resolveName } from './names-lookup.ts';

interface NamesFile {
  readonly clusterDomain: string;
  readonly names: NameTable;
}

const file = process.env['HOLLOW_NODE_NAMES'];
if (file !== undefined) interceptLookups(fromFile(file));

/** The file is read again when it has changed. Without a file nothing of the cluster has a name. */
function fromFile(path: string): (name: string) => readonly string[] | undefined {
  let readAt = '';
  let content: NamesFile = { clusterDomain: 'cluster.local', names: {} };
  return (name) => {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    const version = stat === undefined ? '' : `${String(stat.ino)} ${String(stat.mtimeNs)}`;
    if (stat !== undefined && version !== readAt) {
      content = JSON.parse(readFileSync(path, 'utf8')) as NamesFile;
      readAt = version;
    }
    return resolveName(content.names, content.clusterDomain, name);
  };
}
