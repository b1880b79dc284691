import { registerHooks } from 'node:module';
import { connectToTool } from './boundary.ts';

/*
 * Loaded into a service before its own code (node --import): adds the boundaries at which it can be killed around its
 * calls of Kafka, the store and the database. The code of the service is unchanged. The port of the tool and the name
 * of the member are in the query of this module's URL.
 */

const wrapped: Readonly<Record<string, string>> = {
  '@docfleet/kafka': new URL('kafka.ts', import.meta.url).href,
  '@docfleet/objects': new URL('objects.ts', import.meta.url).href,
  '@docfleet/database': new URL('database.ts', import.meta.url).href,
  '@docfleet/stage': new URL('stage.ts', import.meta.url).href,
};

const given = new URL(import.meta.url).searchParams;
const [port, member] = [Number(given.get('port')), given.get('member')];
// Child processes of a service get the same options, but have no boundaries.
const isService = /\/(?:services\/[a-z]+|tools\/chaos)\/src\/(?:stub\/)?main\.ts$/.test(
  process.argv[1] ?? '',
);

if (isService && port > 0 && member !== null) {
  connectToTool(port, member);
  registerHooks({
    resolve: (specifier, context, next) => {
      const wrapper = wrapped[specifier];
      // The wrapper imports the real module.
      if (wrapper === undefined || context.parentURL === wrapper) return next(specifier, context);
      return { url: wrapper, shortCircuit: true };
    },
  });
}
