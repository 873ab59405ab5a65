/** Terraform and the providers that this project needs, on any machine. */
export { PROVIDERS, type Provider, type ProviderSource } from './providers';
export {
  Interrupted,
  prepareToolchain,
  ToolchainFailure,
  type ProviderOrigin,
  type Toolchain,
  type ToolchainOptions,
} from './toolchain';
