import { registerHooks } from 'node:module';
import { connectToTool } from './boundary.ts';

/*
 * Loaded into a service before its own code (node --import): puts the places at which it can be killed around what it
 * uses of Kafka, the store and the database. The service's code is what production runs. The tool's port and the
 * member's name come in the query of this module's own address.
 */

const wrapped: Readonly<Record<string, string>> = {
  '@docfleet/kafka': new URL('kafka.ts', import.meta.url).href,
  '@docfleet/objects': new URL('objects.ts', import.meta.url).href,
  '@docfleet/database': new URL('database.ts', import.meta.url).href,
  '@docfleet/stage': new URL('stage.ts', import.meta.url).href,
};

const given = new URL(import.meta.url).searchParams;
const [port, member] = [Number(given.get('port')), given.get('member')];
// The children that a service starts get the same options; they hold no step of their own.
const isService = /\/(?:services\/[a-z]+|tools\/chaos)\/src\/(?:stub\/)?main\.ts$/.test(
  process.argv[1] ?? '',
);

if (isService && port > 0 && member !== null) {
  connectToTool(port, member);
  registerHooks({
    resolve: (specifier, context, next) => {
      const wrapper = wrapped[specifier];
      // The wrapper itself gets the real one.
      if (wrapper === undefined || context.parentURL === wrapper) return next(specifier, context);
      return { url: wrapper, shortCircuit: true };
    },
  });
}
