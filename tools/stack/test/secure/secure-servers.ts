import { chownSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseRolesAt, type Endpoints } from '../../src/endpoints.ts';
import type { Layout } from '../../src/layout.ts';
import { anyFreePorts, type Ports } from '../../src/ports.ts';
import { waitUntil } from '../../src/processes.ts';
import { reportTo } from '../../src/progress.ts';
import { protectFiles } from '../../src/protect-files.ts';
import type { Machine } from '../../src/provision/machine.ts';
import { isStarted, prepareBroker } from '../../src/servers/kafka.ts';
import type { ServerCommand, Site } from '../../src/servers/native-server.ts';
import { postgres, postgresDataFolder } from '../../src/servers/postgres.ts';
import { createSecrets, type Secrets } from '../../src/state.ts';
import { SupervisedProcess } from '../../src/supervised-process.ts';
import type { Authority } from '@docfleet/testing';

/** A user of the brokers that may do everything; the others may do what their ACLs say. */
export const admin = { username: 'admin', password: 'of-the-admin' } as const;

export interface SecureServersOptions {
  readonly layout: Layout;
  readonly authority: Authority;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Users with SCRAM-SHA-512, by name. */
  readonly scram: ReadonlyMap<string, string>;
  /** Users with PLAIN, by name. */
  readonly plain: ReadonlyMap<string, string>;
}

export interface SecureServers {
  readonly kafkaPort: number;
  readonly databaseUrl: string;
  /** By role of the services; the deploy step lets them log in. */
  readonly databaseRoles: Endpoints['databaseRoles'];
  /** Ends the database server; what it holds stays. */
  stopDatabase(): Promise<void>;
  /** Starts it again. */
  startDatabase(): void;
  stop(): Promise<void>;
}

/** A broker with SASL_SSL and ACLs, and a Postgres that takes only TLS. */
export async function startSecureServers(options: SecureServersOptions): Promise<SecureServers> {
  const { layout, environment, isRoot } = options;
  // Else the database of an earlier test would be found where its server may pass.
  protectFiles(layout, isRoot);
  const machine: Machine = {
    root: layout.root,
    servers: layout.servers,
    environment,
    isRoot,
    progress: reportTo(() => undefined),
    signal: new AbortController().signal,
    abortOthers: () => undefined,
  };
  const [kafkaPort = 0, controllerPort = 0, databasePort = 0] = await anyFreePorts(3);
  const secrets = createSecrets();
  const [kafkaCommand, databaseCommand] = await Promise.all([
    brokerCommand(options, machine, { kafkaPort, controllerPort }),
    databaseCommandOf(options, { layout, machine, secrets, ports: { postgres: databasePort } as Ports }),
  ]);
  const keep = (name: string, command: ServerCommand, signal: 'SIGTERM' | 'SIGINT'): SupervisedProcess =>
    new SupervisedProcess({
      name,
      command,
      logFile: join(layout.logs, `${name}.log`),
      ending: { signal, graceMs: 15_000 },
      onChange: () => undefined,
      report: () => undefined,
    });
  const broker = keep('kafka', kafkaCommand, 'SIGTERM');
  const startDatabase = (): SupervisedProcess => keep('postgres', databaseCommand, 'SIGINT');
  let database = startDatabase();
  const isUp = await waitUntil(() => isStarted(join(layout.logs, 'kafka.log')), 120_000);
  if (!isUp) throw new Error(`The broker did not start:\n${broker.logTail()}`);
  const databaseUrl = databaseUrlOf(secrets, databasePort);
  return {
    kafkaPort,
    databaseUrl,
    databaseRoles: databaseRolesAt(databaseUrl, secrets),
    stopDatabase: () => database.stop(),
    startDatabase: () => {
      database = startDatabase();
    },
    stop: async () => {
      await Promise.all([broker, database].map((each) => each.stop()));
    },
  };
}

function databaseUrlOf({ postgresPassword }: Secrets, port: number): string {
  return `postgres://docfleet:${postgresPassword}@localhost:${port}/docfleet`;
}

async function brokerCommand(
  { layout, authority, scram, plain }: SecureServersOptions,
  machine: Machine,
  ports: { readonly kafkaPort: number; readonly controllerPort: number },
): Promise<ServerCommand> {
  const { cert, key } = await authority.issue('broker');
  const store = join(layout.folder, 'broker-store.pem');
  writeFileSync(store, `${readFileSync(key, 'utf8')}${readFileSync(cert, 'utf8')}`, { mode: 0o600 });
  const { kafkaPort, controllerPort } = ports;
  const security = 'org.apache.kafka.common.security';
  const jaas = (mechanism: string, module: string, options: string): string =>
    `listener.name.sasl_ssl.${mechanism}.sasl.jaas.config=${security}.${module} required ${options};`;
  const plainUsers = [...plain].map(([name, password]) => `user_${name}="${password}"`).join(' ');
  return prepareBroker(machine, {
    data: join(layout.data, 'kafka'),
    port: kafkaPort,
    controllerPort,
    properties: [
      `listeners=SASL_SSL://127.0.0.1:${kafkaPort},CONTROLLER://127.0.0.1:${controllerPort}`,
      `advertised.listeners=SASL_SSL://127.0.0.1:${kafkaPort}`,
      'listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name=SASL_SSL',
      'sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512',
      'sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN,OAUTHBEARER',
      jaas(
        'scram-sha-512',
        'scram.ScramLoginModule',
        `username="${admin.username}" password="${admin.password}"`,
      ),
      jaas('plain', 'plain.PlainLoginModule', plainUsers),
      jaas('oauthbearer', 'oauthbearer.OAuthBearerLoginModule', 'unsecuredLoginStringClaim_sub="none"'),
      'ssl.keystore.type=PEM',
      `ssl.keystore.location=${store}`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${authority.cert}`,
      'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // The one node is its own controller, over a listener of this machine without users.
      `super.users=User:${admin.username};User:ANONYMOUS`,
    ],
    formatOptions: [[admin.username, admin.password] as const, ...scram].flatMap(([name, password]) => [
      '--add-scram',
      `SCRAM-SHA-512=[name=${name},password=${password}]`,
    ]),
  });
}

/** Postgres as the local stack runs it, with a certificate and without connections in the clear. */
async function databaseCommandOf(
  { layout, authority, isRoot }: SecureServersOptions,
  site: Site,
): Promise<ServerCommand> {
  mkdirSync(layout.data, { recursive: true });
  const issued = await authority.issue('postgres');
  const command = await postgres.prepare(site);
  const data = postgresDataFolder(layout, isRoot);
  const own = { cert: join(data, 'server.crt'), key: join(data, 'server.key') };
  copyFileSync(issued.cert, own.cert);
  copyFileSync(issued.key, own.key);
  const { user } = command;
  if (user !== undefined) for (const path of [own.cert, own.key]) chownSync(path, user.uid, user.gid);
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  const tls = ['ssl=on', `ssl_cert_file=${own.cert}`, `ssl_key_file=${own.key}`];
  return { ...command, arguments: [...command.arguments, ...tls.flatMap((each) => ['-c', each])] };
}
