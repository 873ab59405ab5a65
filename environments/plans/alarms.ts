/** Who is told when a managed resource is in trouble (CloudMonitor). The gateway's own alerts go by Alertmanager. */

/** A person or a team that CloudMonitor can reach. */
export interface AlarmContact {
  /** Name of the contact, 2–27 letters, digits, dots, hyphens and underscores, first a letter. Changing it replaces the contact, who is asked for consent anew. */
  readonly name: string;
  /** Where mail goes. CloudMonitor asks the address for its consent before it sends any alarm. */
  readonly email: string;
  /**
   * Name of the sensitive Terraform variable that holds the contact's DingTalk webhook, never the address itself: it carries a token.
   * @default none: mail only
   */
  readonly dingTalkWebhookVariable?: string;
}

/** The hours in which an alarm may ring, in the account's time zone, both ends included: `08:00`–`20:00`. */
export interface RingingHours {
  /** First minute, `HH:MM`. */
  readonly from: string;
  /** Last minute, `HH:MM`; after `from`. */
  readonly to: string;
}

/** Who is told, and when. */
export interface AlarmPlan {
  /** The people: one at least, because CloudMonitor refuses an alarm that tells nobody. */
  readonly contacts: readonly AlarmContact[];
  /** Critical alarms ring at any hour; without it they keep to `warningHours` as well. Required in production. */
  readonly paging: boolean;
  /** When warnings may ring. @default at any hour */
  readonly warningHours?: RingingHours;
}
