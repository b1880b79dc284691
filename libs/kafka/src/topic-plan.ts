/** Desired state of a topic. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Settings of the topic by their Kafka names, all values as text. Other settings are not changed. */
  readonly config: Readonly<Record<string, string>>;
}

/** Actual state of a topic. */
export interface TopicState {
  readonly partitions: number;
  /** Settings of the topic itself, without defaults of the broker. */
  readonly config: Readonly<Record<string, string>>;
}

/** Changes that bring topics to their desired state. */
export interface TopicPlan {
  readonly create: readonly TopicSpec[];
  readonly grow: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly configure: readonly {
    readonly name: string;
    /** All settings of the topic, including unchanged ones: Kafka replaces the whole set. */
    readonly config: Readonly<Record<string, string>>;
    readonly changed: readonly string[];
  }[];
  /** Topics with more partitions than desired. Partitions cannot be removed. */
  readonly larger: readonly { readonly name: string; readonly actual: number; readonly desired: number }[];
}

/** Compares topics with their actual state; other topics are ignored. */
export function planTopics(
  specs: readonly TopicSpec[],
  existing: ReadonlyMap<string, TopicState>,
): TopicPlan {
  const known = specs.flatMap((spec) => {
    const state = existing.get(spec.name);
    return state === undefined ? [] : [{ spec, state }];
  });
  return {
    create: specs.filter(({ name }) => !existing.has(name)),
    grow: known
      .filter(({ spec, state }) => state.partitions < spec.partitions)
      .map(({ spec, state }) => ({ name: spec.name, from: state.partitions, to: spec.partitions })),
    configure: known.flatMap(({ spec, state }) => {
      const changed = Object.keys(spec.config).filter((key) => state.config[key] !== spec.config[key]);
      if (changed.length === 0) return [];
      return [{ name: spec.name, config: { ...state.config, ...spec.config }, changed }];
    }),
    larger: known
      .filter(({ spec, state }) => state.partitions > spec.partitions)
      .map(({ spec, state }) => ({ name: spec.name, actual: state.partitions, desired: spec.partitions })),
  };
}
