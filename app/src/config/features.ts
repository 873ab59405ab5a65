/** What can be switched off, or on. */
import type { Reader } from './reader';
import type { VariableTable } from './variable';

export const FEATURE_VARIABLES = {
  ENABLE_CACHING: { type: 'boolean', default: true, description: 'Answers are kept and given again.' },
  ENABLE_RETRY: {
    type: 'boolean',
    default: true,
    description: 'Transient failures of the upstream are tried again, and fallbacks asked.',
  },
  ENABLE_VALIDATION: {
    type: 'boolean',
    default: true,
    description: 'Answers of the upstream are checked before they are passed on or kept.',
  },
  ENABLE_STRUCTURED_LOGGING: {
    type: 'boolean',
    default: true,
    description: 'The log is JSON, one object a line; otherwise plain lines for people.',
  },
  ENABLE_COMPRESSION: {
    type: 'boolean',
    default: true,
    description: 'Answers other than streams are compressed for clients that ask for it.',
  },
  ENABLE_TRACING: { type: 'boolean', default: false, description: 'Traces go to OTEL_EXPORTER_OTLP_ENDPOINT.' },
} as const satisfies VariableTable;

export const readFeatures = (read: Reader) => ({
  caching: read.flag('ENABLE_CACHING'),
  retry: read.flag('ENABLE_RETRY'),
  validation: read.flag('ENABLE_VALIDATION'),
  structuredLogging: read.flag('ENABLE_STRUCTURED_LOGGING'),
  compression: read.flag('ENABLE_COMPRESSION'),
  tracing: read.flag('ENABLE_TRACING'),
});

/** What these variables say, checked. */
export type FeaturesConfig = ReturnType<typeof readFeatures>;
