/** What the gateway's objects are called, and the labels by which they find each other. */
import { PORT } from '../../app/src/routes';

/** Name of the Deployment and of what belongs to it alone. */
export const GATEWAY = 'gateway';

/**
 * The labels that a selector asks for: Services, PodDisruptionBudget, NetworkPolicies, topology spread, ServiceMonitor.
 * A Deployment's selector cannot be changed: other labels here replace the Deployment, and every pod with it.
 */
export const GATEWAY_SELECTOR = {
  'app.kubernetes.io/name': 'bailian-gateway',
  'app.kubernetes.io/component': GATEWAY,
} as const;

/** The labels of everything in the namespace. */
export const COMMON_LABELS = {
  'app.kubernetes.io/part-of': 'bailian-gateway',
  'app.kubernetes.io/managed-by': 'terraform',
} as const;

/** The labels of the gateway's own objects. */
export const GATEWAY_LABELS = { ...COMMON_LABELS, ...GATEWAY_SELECTOR } as const;

/** The one port, by the name that probes, Services and scrapes use. */
export const HTTP_PORT = { name: 'http', number: PORT } as const;

/** First part of the keys of our own annotations. */
export const ANNOTATION_PREFIX = 'bailian-gateway/';
