import { confine, keepAcrossExec } from './confine.ts';

/** Where `fork` puts the channel to the parent, which was hidden from this process so that it takes no message of it. */
const channel = 3;

// Replaces itself by the command in its arguments, with a filter of system calls in place before that starts.
const [file = '', ...given] = process.argv.slice(2);
confine('start');
keepAcrossExec(channel);
process.execve?.(file, [file, ...given], {
  // eslint-disable-next-line no-restricted-properties -- the command gets the environment that the pool chose
  ...process.env,
  NODE_CHANNEL_FD: String(channel),
  NODE_CHANNEL_SERIALIZATION_MODE: 'advanced',
});
throw new Error('This Node cannot replace its process (process.execve is missing).');
