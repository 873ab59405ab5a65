/** What every other stack of the environment stands on: the encryption key, the logs, and who is told of trouble. */
import { TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import { EncryptionKey } from '../constructs/encryption';
import { FLOW_LOG_FIELDS, LogProject } from '../constructs/logs';
import { Contacts } from '../constructs/monitoring';
import type { AlarmRouteProps } from '../constructs/monitoring';
import type { AlarmPlan, Environment } from '../environments';
import { EnvironmentStack } from './environment-stack';
import { logProjectName } from './names';

/** Name of the store that takes the VPC's flow log. */
export const FLOW_LOG_STORE = 'vpc-flow-log';

export class FoundationStack extends EnvironmentStack {
  readonly encryptionKey: EncryptionKey;
  readonly logs: LogProject;
  readonly contacts: Contacts;

  constructor(scope: Construct, environment: Environment) {
    super(scope, 'foundation', environment);
    const { name, kms, protection, logs, alarms, network } = environment;

    this.encryptionKey = new EncryptionKey(this, 'encryption-key', {
      name: `bailian-gateway-${name}`,
      description: `Everything that ${name} stores`,
      ...(kms.instanceId !== undefined && { instanceId: kms.instanceId }),
      deletionWindowDays: kms.deletionWindowDays,
      protect: protection.data,
    });
    this.logs = new LogProject(this, 'logs', {
      name: logProjectName(environment),
      description: `Logs of ${name}: cluster, audit, network`,
      retentionDays: logs.retentionDays,
      stores: network.flowLogs ? { [FLOW_LOG_STORE]: { fields: FLOW_LOG_FIELDS } } : {},
      protect: protection.data,
    });
    this.contacts = new Contacts(this, 'contacts', {
      name,
      contacts: alarms.contacts.map(({ name: contact, email, dingTalkWebhookVariable }) => ({
        name: contact,
        email,
        ...(dingTalkWebhookVariable !== undefined && {
          dingTalkWebhook: this.#secretVariable(dingTalkWebhookVariable),
        }),
      })),
    });
  }

  /** Where the alarms of the other stacks go, and at what hours. */
  get alarmRoute(): AlarmRouteProps {
    return { groups: this.contacts.route, hours: ringingHours(this.environment.alarms) };
  }

  /** A value that only whoever deploys knows, handed over as `TF_VAR_<name>`. */
  #secretVariable(name: string): string {
    const variable = new TerraformVariable(this, name, {
      type: 'string',
      sensitive: true,
      nullable: false,
      description: 'Address of a DingTalk robot; it carries a token',
    });
    // The variable is asked for by this name, not by one that a path makes.
    variable.overrideLogicalId(name);
    return variable.stringValue;
  }
}

/** Without paging, critical alarms keep the hours of the milder ones. */
function ringingHours({ paging, warningHours }: AlarmPlan): NonNullable<AlarmRouteProps['hours']> {
  if (warningHours === undefined) return {};
  const hours = `${warningHours.from}-${warningHours.to}`;
  return { warning: hours, info: hours, ...(!paging && { critical: hours }) };
}
