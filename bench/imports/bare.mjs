console.log('bench imported');
// Stays until it is killed, so that its memory can be looked at.
process.stdin.resume();
