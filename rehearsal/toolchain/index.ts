/** Terraform, the providers and the other programs that this project needs, on any machine. */
export { PROGRAMS, type ProgramName } from './programs';
export { PROVIDERS, type Provider, type ProviderSource } from './providers';
export {
  Interrupted,
  preparePrograms,
  prepareToolchain,
  ToolchainFailure,
  type ProgramOptions,
  type ProviderOrigin,
  type Toolchain,
  type ToolchainOptions,
} from './toolchain';
