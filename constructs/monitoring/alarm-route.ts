/**
 * Where the alarms of a part of the tree go. A stack states it once; every construct under it that makes alarms finds
 * it, so contact groups need not be handed through constructs that have no other business with them.
 */
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';

/** From "wakes somebody" to "is read some day". */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** How bad it is; decides who is told and how often. */
export type Severity = (typeof SEVERITIES)[number];

/** Names of the contact groups that an alarm of each severity rings. */
export type GroupsBySeverity = Readonly<Record<Severity, readonly string[]>>;

export interface AlarmRouteProps {
  /** Contact groups by severity, or `silent`: no alarm is made below this scope. */
  readonly groups: GroupsBySeverity | 'silent';
  /**
   * The hours, `HH:MM-HH:MM` in the account's time zone, in which each severity may ring.
   * @default at any hour
   */
  readonly hours?: Partial<Readonly<Record<Severity, string>>>;
  /**
   * Folder of the runbooks, as a path in the repository or an address without its scheme: an alarm's labels follow
   * the rules of tags, which refuse `http://` and `https://`.
   * @default docs/runbooks
   */
  readonly runbooks?: string;
}

const ID = 'alarm-route';
const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

export class AlarmRoute extends Construct {
  readonly groups: GroupsBySeverity | 'silent';
  readonly hours: Partial<Readonly<Record<Severity, string>>>;
  readonly runbooks: string;

  /** States the route of everything under `scope`; one a scope, and the nearest wins. */
  constructor(scope: Construct, props: AlarmRouteProps) {
    super(scope, ID);
    this.groups = props.groups;
    this.hours = props.hours ?? {};
    this.runbooks = props.runbooks ?? 'docs/runbooks';

    for (const severity of SEVERITIES) {
      if (props.groups !== 'silent' && props.groups[severity].length === 0) {
        throw new Error(
          `alarmRoute.groups.${severity} is empty, and CloudMonitor wants 1 group or more; name one, or route 'silent'`,
        );
      }
      const hours = this.hours[severity];
      if (hours !== undefined && !HOURS.test(hours)) {
        throw new Error(
          `alarmRoute.hours.${severity} (${hours}) must be HH:MM-HH:MM within one day, such as 08:00-20:00`,
        );
      }
    }
    if (/^https?:/.test(this.runbooks)) {
      throw new Error(
        `alarmRoute.runbooks (${this.runbooks}) must be without its scheme, which labels refuse; drop http(s)://`,
      );
    }
  }

  /**
   * The nearest route above a construct.
   * @throws when there is none: an alarm that rings nowhere is worse than none, because it is counted on
   */
  static of(construct: IConstruct): AlarmRoute {
    for (const scope of construct.node.scopes.reverse()) {
      const route = scope.node.tryFindChild(ID);
      if (route instanceof AlarmRoute) {
        return route;
      }
    }
    throw new Error(
      `${construct.node.path} makes alarms and no scope above it says where they go; ` +
        `make an AlarmRoute in its stack first, or give the construct 'alarms: false'`,
    );
  }
}
