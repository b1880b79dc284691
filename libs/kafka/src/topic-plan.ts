/** A topic as it shall be. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Settings of the topic by their Kafka names, all values as text. Other settings are left alone. */
  readonly config: Readonly<Record<string, string>>;
}

/** A topic as it is. */
export interface TopicState {
  readonly partitions: number;
  /** What was set on the topic itself. */
  readonly config: Readonly<Record<string, string>>;
}

/** What brings the topics from how they are to how they shall be. */
export interface TopicPlan {
  readonly create: readonly TopicSpec[];
  readonly grow: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly configure: readonly {
    readonly name: string;
    /** Everything to be set on the topic, what others have set included: Kafka replaces the whole. */
    readonly config: Readonly<Record<string, string>>;
    readonly changed: readonly string[];
  }[];
  /** Topics with more partitions than asked for. Partitions cannot be taken away. */
  readonly larger: readonly { readonly name: string; readonly is: number; readonly asked: number }[];
}

/** Compares topics with what is there; topics that nobody asked for are not looked at. */
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
      .map(({ spec, state }) => ({ name: spec.name, is: state.partitions, asked: spec.partitions })),
  };
}
