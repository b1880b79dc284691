import { define } from '../command.mjs';

export const k8s = define({
  call: 'npm run test:k8s',
  title: 'prove installation and scaling on a real Kubernetes control plane',
  description: [
    'Runs a Kubernetes control plane, KEDA and a node whose pods are processes of this machine, all on the loopback,',
    'and checks them part by part (docs/kubernetes-tests.md). Builds what is missing with Go: 30 to 40 minutes of',
    'processor time once, kept in .docfleet/servers. Logs stay in .docfleet/kubernetes/logs.',
  ],
  operands: {
    kind: 'filters',
    placeholder: 'part',
    text: 'run only the parts whose name contains one of these words; the others count as skipped',
  },
  options: {
    seed: {
      type: 'string',
      placeholder: 'n',
      accepts: { kind: 'integer', min: 0, max: 4_294_967_295 },
      defaultText: 'random',
      text: 'seed of documents and kills',
    },
    build: { type: 'boolean', default: false, text: 'build what is missing, and end' },
    list: { type: 'boolean', default: false, text: 'print the names of the parts, and end' },
  },
  examples: ['npm run test:k8s -- --build', 'npm run test:k8s -- node scaling'],
  exitCodes: {
    0: 'every check passed, and none was skipped unless parts were named',
    1: 'a check failed, or a part could not run',
    137: 'ended at once by a second Ctrl-C',
  },
});
