export {
  fleetMember,
  processName,
  type FleetLevelSource,
  type FleetMember,
  type FleetMemberOptions,
} from './fleet-member.ts';
export {
  fleetKeys,
  fleetOrders,
  isSetting,
  isStanding,
  keyOf,
  orderOf,
  orderRecord,
  pausedLanes,
  type FleetOrder,
  type FleetOrders,
  type GivenOrder,
  type OrderedBy,
} from './fleet-orders.ts';
export { type ProcessOrders } from './standing-orders.ts';
export { fleetView, type FleetView } from './fleet-view.ts';
