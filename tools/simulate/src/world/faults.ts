import { stageTopics } from '@docfleet/contracts';
import type { TopicPartition } from '@docfleet/domain';
import type { Plan, PlannedFault } from '../plan/plan.ts';
import { copyElsewhere, endingsIn } from './elsewhere.ts';
import type { Fleet } from './fleet.ts';
import type { Gateway } from './gateway.ts';
import { finishDeployment } from './pools.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

export interface FaultContext {
  readonly world: World;
  readonly fleet: Fleet;
  readonly gateway: Gateway;
}

/** Injects a fault now. */
export function injectFault(context: FaultContext, fault: PlannedFault): void {
  const { world, fleet, gateway } = context;
  const { cluster, clock, history } = world;
  history.count(`fault ${fault.kind}`);
  history.note(() => `fault ${JSON.stringify(fault)}`);
  switch (fault.kind) {
    case 'stop-at':
      world.breakpoints.set({ ...fault });
      return;
    case 'kill':
    case 'pause': {
      const process = memberOf(fleet, fault);
      if (process !== undefined) fleet.stop(process, { how: fault.kind, forMs: fault.forMs });
      return;
    }
    case 'commit-answer-lost':
      for (let n = 0; n < fault.times; n += 1)
        cluster.faults.inTransaction({ kind: 'answer-lost' }, { group: fault.stage });
      return;
    case 'commit-lost':
      for (let n = 0; n < fault.times; n += 1)
        cluster.faults.inTransaction({ kind: 'commit-lost' }, { group: fault.stage });
      return;
    case 'commit-late':
    case 'markers-late':
      for (let n = 0; n < fault.times; n += 1)
        cluster.faults.inTransaction({ kind: fault.kind, afterMs: fault.forMs }, { group: fault.stage });
      return;
    case 'rebalance':
      cluster.faults.rebalance(fault.stage, { rotate: fault.rotate });
      return;
    case 'membership-lost': {
      const process = memberOf(fleet, fault);
      if (process !== undefined) cluster.faults.loseMembership(process.id);
      return;
    }
    case 'scale-up':
      fleet.start(fault.stage);
      return;
    case 'scale-down': {
      const process = memberOf(fleet, fault);
      if (process !== undefined) void fleet.drain(process);
      return;
    }
    case 'rolling-restart':
      void rollingRestart(fleet, fault.stage);
      return;
    case 'brokers-down':
      cluster.faults.stopBrokers();
      world.brokersDown = true;
      clock.after(fault.forMs, () => {
        startBrokers(world);
      });
      return;
    case 'database-down':
      world.database.isDown = true;
      clock.after(fault.forMs, () => (world.database.isDown = false));
      return;
    case 'store-down':
      world.storeServer.isDown = true;
      clock.after(fault.forMs, () => (world.storeServer.isDown = false));
      return;
    case 'registry-down':
      world.registryDown = true;
      clock.after(fault.forMs, () => {
        startRegistry(world);
      });
      return;
    case 'breaker-open':
      clock.after(fault.forMs, world.gates.close(fault.stage));
      return;
    case 'lane-paused':
      clock.after(fault.forMs, world.gates.pause(fault.stage, fault.lane, clock.now()));
      return;
    case 'database-answers-lost':
      world.database.responsesToLose += fault.calls;
      return;
    case 'store-answers-lost':
      world.storeServer.responsesToLose += fault.calls;
      return;
    case 'rewind':
      void fleet.whileDown(fault.stage, () => {
        rewind(context, fault);
      });
      return;
    case 'metadata-lost': {
      const at = partitionOf(fault.stage, fault.partition, world.plan);
      allowReplay(context, fault.stage);
      if (fault.isDamaged) damageMetadata(world, fault.stage, at);
      else cluster.faults.loseMetadata(fault.stage, at);
      cluster.faults.rebalance(fault.stage, { rotate: true });
      return;
    }
    case 'terminal-transaction-open':
      openTransaction(world, fault);
      return;
    case 'unverified': {
      const document = world.plan.documents[fault.document];
      if (document !== undefined) void gateway.submitUnverified(document);
      return;
    }
    case 'undecodable':
      void cluster
        .log('tenant')
        .produce([
          {
            topic: stageTopics(fault.stage).lanes.find(({ lane }) => lane === fault.lane)?.topic ?? '',
            key: Buffer.from('garbage'),
            value: Buffer.from('this is not a record'),
            headers: {},
          },
        ])
        .catch(() => undefined);
      return;
    case 'log-duplicate':
      duplicate(world, fault);
      return;
    case 'ending-elsewhere':
      sendElsewhere(world, fault, 20);
      return;
    case 'cancel': {
      const document = world.plan.documents[fault.document];
      if (document === undefined) return;
      void gateway.cancel(document, fault);
      if (fault.againMs !== null)
        clock.after(fault.againMs, () => {
          void gateway.cancel(document, { gatewayDies: false });
        });
      return;
    }
  }
}

/** Ends all faults that last, and recovers paused and dead processes. */
export function endFaults(context: FaultContext): void {
  const { world, fleet } = context;
  world.breakpoints.clear();
  startBrokers(world);
  world.database.isDown = false;
  world.database.responsesToLose = 0;
  world.storeServer.isDown = false;
  world.storeServer.responsesToLose = 0;
  startRegistry(world);
  fleet.recover();
  finishDeployment(context);
  world.history.note(() => 'all faults have ended');
}

function startRegistry(world: World): void {
  if (world.registryDown) world.registryUpAtMs = world.clock.now();
  world.registryDown = false;
}

function startBrokers(world: World): void {
  world.cluster.faults.startBrokers();
  world.brokersDown = false;
  world.brokersUpAtMs = world.clock.now();
}

function memberOf(
  fleet: Fleet,
  { stage, member }: { readonly stage: SimulatedProcess['stage']; readonly member: number },
): SimulatedProcess | undefined {
  const processes = fleet.of(stage);
  return processes[member % Math.max(1, processes.length)];
}

async function rollingRestart(fleet: Fleet, stage: SimulatedProcess['stage']): Promise<void> {
  for (const process of fleet.of(stage)) await fleet.replace(process);
}

/** A partition of a lane of a stage. */
function partitionOf(stage: SimulatedProcess['stage'], index: number, { partitions }: Plan): TopicPartition {
  const { lanes } = stageTopics(stage);
  return { topic: lanes[index % lanes.length]?.topic ?? '', partition: index % partitions };
}

function allowReplay({ world }: FaultContext, stage: string): void {
  world.replays.set(stage, (world.replays.get(stage) ?? 0) + 1);
}

/** Changes one byte of the metadata of a committed offset, with the transactional id of its partition. */
function damageMetadata({ cluster }: World, stage: string, at: TopicPartition): void {
  const committed = cluster
    .committed(stage)
    .find((commit) => commit.at.topic === at.topic && commit.at.partition === at.partition);
  if (committed === undefined || committed.metadata === '') return;
  const { offset, metadata } = committed;
  // The last byte is the length of a range of finished offsets: the range would be too long.
  const bytes = Buffer.from(metadata, 'base64');
  bytes.writeUInt8(((bytes.at(-1) ?? 0) + 3) & 0x7f, bytes.length - 1);
  const damaged = bytes.toString('base64');
  const transactionalId = `${stage}.${at.topic}.${String(at.partition)}`;
  cluster.faults
    .openTransaction({
      transactionalId,
      records: [],
      offset: { group: stage, at, offset, metadata: damaged },
    })
    .commit();
}

function rewind(context: FaultContext, fault: Extract<PlannedFault, { kind: 'rewind' }>): void {
  const { cluster } = context.world;
  const at = partitionOf(fault.stage, fault.partition, context.world.plan);
  const committed = cluster
    .committed(fault.stage)
    .find((commit) => commit.at.topic === at.topic && commit.at.partition === at.partition);
  if (committed === undefined) return;
  const offset = committed.offset - BigInt(fault.by);
  allowReplay(context, fault.stage);
  cluster.faults.moveOffset(fault.stage, at, offset < 0n ? 0n : offset);
}

function openTransaction(
  { cluster, clock, plan }: World,
  fault: Extract<PlannedFault, { kind: 'terminal-transaction-open' }>,
): void {
  const topic = `documents.${fault.terminal}`;
  const partitions = fault.terminal === 'completed' && plan.partitions === 2 ? [0, 1] : [0];
  const open = cluster.faults.openTransaction({
    transactionalId: `another-run-${String(clock.now())}`,
    records: partitions.map((partition) => ({
      topic,
      partition,
      key: Buffer.from('another run'),
      value: Buffer.from('noise'),
      headers: {},
    })),
  });
  clock.after(fault.forMs, () => {
    if (fault.forMs % 2 === 0) open.commit();
    else open.abort();
  });
}

/** Retries every second: there may be no ending yet. */
function sendElsewhere(
  world: World,
  fault: Extract<PlannedFault, { kind: 'ending-elsewhere' }>,
  tries: number,
): void {
  const { clock } = world;
  const endings = endingsIn(world);
  const ending = endings[fault.pick % Math.max(1, endings.length)];
  if (ending === undefined) {
    if (tries > 0)
      clock.after(1000, () => {
        sendElsewhere(world, fault, tries - 1);
      });
    return;
  }
  copyElsewhere(world, ending, fault.lane);
}

function duplicate(world: World, fault: Extract<PlannedFault, { kind: 'log-duplicate' }>): void {
  const written = stageTopics(fault.stage)
    .lanes.flatMap(({ topic }) => world.cluster.dump(topic))
    .filter(({ record, state }) => record !== null && state === 'committed');
  const entry = written[fault.pick % Math.max(1, written.length)];
  if (entry?.record != null) world.cluster.faults.duplicate(entry.record, entry.offset);
}
