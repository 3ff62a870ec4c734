import * as library from '@kubernetes/client-node';

console.log('bench imported', Object.keys(library).length);
// Stays until it is killed, so that its memory can be looked at.
process.stdin.resume();
