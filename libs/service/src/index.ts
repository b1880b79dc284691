export {
  fleetMember,
  processName,
  type FleetLevelSource,
  type FleetMember,
  type FleetMemberOptions,
} from './fleet-member.ts';
export { fleetKeys, fleetOrders, type FleetOrders, type OrderedBy } from './fleet-orders.ts';
export { followLatest, type Latest } from './follow-latest.ts';
export { runStageService, type BuiltStage, type StageParts } from './run-stage-service.ts';
export { stageSettings, type StageSettings } from './settings.ts';
export { stopSignal } from './stop-signal.ts';
