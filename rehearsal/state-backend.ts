/**
 * Where a stack keeps its state, for Terraform beside a double: its Tablestore client knows no proxy, so that the
 * lock's endpoint is overridden in a file beside the configuration, which itself stays as it was synthesized.
 */

interface OssConfig {
  readonly tablestore_endpoint: string;
}

/** The part of a synthesized stack that says where states are. */
export interface StateConfig {
  readonly terraform: { readonly backend: { readonly oss?: OssConfig } };
  readonly data?: {
    readonly terraform_remote_state?: Readonly<
      Record<string, { readonly backend: string; readonly config: OssConfig }>
    >;
  };
}

/**
 * The override, for the stack's own state and for those that it reads.
 *
 * @param lockEndpoint the double's endpoint for a Tablestore instance
 * @returns nothing for a stack that keeps its state in a file
 */
export function stateOverride(config: StateConfig, lockEndpoint: (instance: string) => string): object | undefined {
  const { oss } = config.terraform.backend;
  if (oss === undefined) return undefined;
  const rerouted = (keeper: OssConfig): OssConfig => {
    const [instance = ''] = new URL(keeper.tablestore_endpoint).hostname.split('.');
    return { ...keeper, tablestore_endpoint: lockEndpoint(instance) };
  };
  const read = Object.entries(config.data?.terraform_remote_state ?? {});
  return {
    terraform: { backend: { oss: rerouted(oss) } },
    ...(read.length > 0 && {
      data: {
        terraform_remote_state: Object.fromEntries(
          read.map(([name, state]) => [name, { config: rerouted(state.config) }]),
        ),
      },
    }),
  };
}
