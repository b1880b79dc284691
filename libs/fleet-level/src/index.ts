export {
  fleetMember,
  processName,
  type FleetLevelSource,
  type FleetMember,
  type FleetMemberOptions,
} from './fleet-member.ts';
export { fleetKeys, fleetOrders, type FleetOrders, type OrderedBy } from './fleet-orders.ts';
export { followLatest, type Latest } from './follow-latest.ts';
