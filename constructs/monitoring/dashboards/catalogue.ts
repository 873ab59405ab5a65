/** The dashboards by name: their addresses in Grafana, and what each is opened for. */

export interface DashboardEntry {
  /** Last part of the address, `/d/<uid>`. Runbooks, bookmarks and links name it: a new one breaks them all. */
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly purpose: string;
}

export const DASHBOARDS = {
  overview: {
    uid: 'bailian-overview',
    title: 'Application Overview',
    purpose: 'Is the gateway up, and does it serve well? The first thing to open when an alert comes.',
  },
  errors: {
    uid: 'bailian-errors-latency',
    title: 'Errors and Latency',
    purpose: 'What fails or is slow: the gateway itself, the upstream, or the database?',
  },
  quota: {
    uid: 'bailian-quota',
    title: 'API Quota Usage',
    purpose: 'How much of the upstream’s quota is used, who waits for it, and what the upstream refuses.',
  },
  cache: {
    uid: 'bailian-cache',
    title: 'Cache Performance',
    purpose: 'How many answers the cache saves, on which level, and whether it has room.',
  },
  infrastructure: {
    uid: 'bailian-infrastructure',
    title: 'Infrastructure Health',
    purpose: 'Pods, nodes, database and Redis: is there enough of everything?',
  },
  business: {
    uid: 'bailian-business-cost',
    title: 'Business and Cost',
    purpose: 'Who uses the gateway, for how many tokens, and what it costs.',
  },
  security: {
    uid: 'bailian-security',
    title: 'Security',
    purpose: 'Who is turned away and why, and what is about to expire.',
  },
  slo: {
    uid: 'bailian-slo',
    title: 'SLO',
    purpose: 'Is the promise kept, and how fast is the error budget spent?',
  },
} as const satisfies Readonly<Record<string, DashboardEntry>>;

export type DashboardName = keyof typeof DASHBOARDS;

/** The names, in the order in which they are listed. */
export const DASHBOARD_NAMES = Object.keys(DASHBOARDS) as readonly DashboardName[];

/** Every dashboard carries it, and the menu that leads from one to the others is made of it. */
export const DASHBOARD_TAG = 'bailian-gateway';
