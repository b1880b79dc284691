export { buildConsole, type ConsoleBuild } from './console.ts';
export { ensureBucket } from './bucket.ts';
export { baseEnvironment, programEnvironment } from './child-environment.ts';
export { findProgram, run as runCommandLine, type Environment } from './command.ts';
export { databaseRolesAt, environmentOf, type Endpoints } from './endpoints.ts';
export { runTool } from './fleet.ts';
export { forgetInstance } from './forget.ts';
export { countInterrupts } from './interrupts.ts';
export { SupervisedProcess } from './supervised-process.ts';
export { layoutOf, type Layout } from './layout.ts';
export { takeLock } from './lock.ts';
export { serverNames, serviceNames, type ServerName, type ServiceName } from './names.ts';
export { anyFreePorts, choosePorts, isPortFree, type Ports } from './ports.ts';
export { checkResources, measureResources } from './preflight.ts';
export { explain, messageOf, Problem } from './problem.ts';
export {
  identify,
  isRunning,
  signalGroup,
  signalProcess,
  waitUntil,
  type ProcessIdentity,
} from './processes.ts';
export { reportTo, showProgress, type Progress } from './progress.ts';
export { fillOnce, searchPathOf, type Machine } from './provision/machine.ts';
export { presetNames, presets, type PresetName } from './presets.ts';
export { browserOf } from './provision/prerequisites.ts';
export { installWheel, wheelFolder } from './provision/wheel.ts';
export { createProofKey, proofEnvironment } from './proof.ts';
export { endLeftovers, runningOf, writeRunning } from './running.ts';
export { addressOf } from './servers/address.ts';
export { isStarted, prepareBroker, type Broker } from './servers/kafka.ts';
export { NativeProvider } from './servers/native-provider.ts';
export type { ServerCommand, Site } from './servers/native-server.ts';
export { answersHttp } from './servers/probe.ts';
export { warnOfOtherSources } from './sources.ts';
export { Stack } from './stack.ts';
export { webhookEnvironment } from './webhook-key.ts';
export { createSecrets, type Secrets } from './state.ts';
