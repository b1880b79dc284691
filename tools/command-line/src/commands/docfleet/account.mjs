import { define } from '../../command.mjs';
import { connectionNote, textOption } from './shared.mjs';

export const login = define({
  call: 'docfleet login',
  title: 'store the address of a fleet and a key',
  description: [
    'Stores the address of a fleet and an API key for the other commands, in docfleet/login.json of the folder for',
    'configuration (XDG_CONFIG_HOME, else ~/.config), which only its owner can read. The key is tried before.',
  ],
  operands: { kind: 'none' },
  options: {
    api: {
      ...textOption,
      placeholder: 'url',
      text: 'address of the fleet, such as https://docfleet.example',
    },
    remove: { type: 'boolean', default: false, text: 'remove what is stored' },
  },
  notes: [
    'The key comes from DOCFLEET_API_KEY, or else from standard input: on a terminal it is asked for, in a pipe it is the' +
      ' first line. It is no option, because others can see the arguments of a process.',
  ],
  examples: [
    'npm run docfleet -- login --api https://docfleet.example',
    'npm run docfleet -- login --api https://docfleet.example < key.txt',
  ],
  exitCodes: { 0: 'stored, or removed', 1: 'the fleet cannot be reached, or it refuses the key' },
});

export const keys = define({
  call: 'docfleet keys',
  title: 'list, issue, rotate and revoke API keys of a tenant',
  description: ['Manages the API keys of a tenant. It needs a key of the role tenant-admin, or fleet-admin.'],
  operands: {
    kind: 'words',
    placeholder: '<command>',
    commands: {
      list: 'list the keys',
      issue: 'issue a key of --role; it is shown once',
      'rotate <keyId>': 'issue a new key in place of one that remains valid for --grace',
      'revoke <keyId>': 'refuse a key from now on',
    },
  },
  options: {
    tenant: { ...textOption, placeholder: 'id', text: 'the tenant, required' },
    role: {
      type: 'string',
      placeholder: 'role',
      accepts: { kind: 'choice', of: ['producer', 'viewer', 'reviewer', 'tenant-admin'] },
      text: 'issue: what the key may do, required',
    },
    name: { ...textOption, placeholder: 'text', text: 'issue: a name for people' },
    grace: {
      type: 'string',
      default: '86400',
      placeholder: 'seconds',
      accepts: { kind: 'integer', min: 0, max: 2_592_000 },
      text: 'rotate: how long the old key remains valid, in seconds',
    },
    json: { type: 'boolean', default: false, text: 'print JSON; the default in a pipe' },
  },
  notes: [connectionNote],
  examples: [
    'npm run docfleet -- keys list --tenant acme',
    'npm run docfleet -- keys issue --tenant acme --role producer --name scanner',
  ],
  exitCodes: { 0: 'done', 1: 'the fleet cannot be reached, or it refuses' },
});

export const completion = define({
  call: 'docfleet completion',
  title: 'print the completion script of a shell',
  description: ['Prints a script that completes commands and options of docfleet in a shell.'],
  operands: {
    kind: 'words',
    placeholder: '<shell>',
    commands: { bash: 'for bash', zsh: 'for zsh', fish: 'for fish' },
  },
  options: {},
  examples: [
    'docfleet completion bash > ~/.local/share/bash-completion/completions/docfleet',
    'docfleet completion zsh > "${fpath[1]}/_docfleet"',
    'docfleet completion fish > ~/.config/fish/completions/docfleet.fish',
  ],
  exitCodes: { 0: 'printed' },
});
