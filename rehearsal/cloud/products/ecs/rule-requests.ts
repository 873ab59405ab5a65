/** Rules as requests spell them, and what each must be to become one. */
import { ApiError } from '../../api-error';
import { parseCidr } from '../../cidr';
import type { Cloud } from '../../cloud';
import type { Entity } from '../../store';
import { peerText } from './security-group-rules';
import type { Direction, Peer, SecurityGroupRule } from './security-group-rules';
import { securityGroups } from './security-groups';
import type { SecurityGroup } from './security-groups';

const PROTOCOLS = ['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all'];
const POLICIES = ['accept', 'drop'];
const PRIORITY = { highest: 1, lowest: 100 } as const;

/** A rule as the requests of all six actions spell it, apart from the direction's own names. */
export interface RuleRequest {
  readonly ipProtocol?: string | undefined;
  readonly portRange?: string | undefined;
  readonly policy?: string | undefined;
  readonly priority?: string | undefined;
  readonly description?: string | undefined;
  readonly nicType?: string | undefined;
}

export interface IngressRequest extends RuleRequest {
  readonly sourceCidrIp?: string | undefined;
  readonly ipv6SourceCidrIp?: string | undefined;
  readonly sourceGroupId?: string | undefined;
  readonly sourcePrefixListId?: string | undefined;
}

export interface EgressRequest extends RuleRequest {
  readonly destCidrIp?: string | undefined;
  readonly ipv6DestCidrIp?: string | undefined;
  readonly destGroupId?: string | undefined;
  readonly destPrefixListId?: string | undefined;
}

export const sourceOf = (request: IngressRequest): Peer => ({
  ...(request.sourceCidrIp && { cidr: request.sourceCidrIp }),
  ...(request.ipv6SourceCidrIp && { ipv6Cidr: request.ipv6SourceCidrIp }),
  ...(request.sourceGroupId && { groupId: request.sourceGroupId }),
  ...(request.sourcePrefixListId && { prefixListId: request.sourcePrefixListId }),
});

export const destinationOf = (request: EgressRequest): Peer => ({
  ...(request.destCidrIp && { cidr: request.destCidrIp }),
  ...(request.ipv6DestCidrIp && { ipv6Cidr: request.ipv6DestCidrIp }),
  ...(request.destGroupId && { groupId: request.destGroupId }),
  ...(request.destPrefixListId && { prefixListId: request.destPrefixListId }),
});

/** A rule before it is one: without an id. */
export type RuleValues = Omit<SecurityGroupRule, keyof Entity | 'createdAt'>;

/** @throws ApiError when the request spells no rule, or one that its group may not have */
export function checked(
  cloud: Cloud,
  group: SecurityGroup,
  direction: Direction,
  request: RuleRequest,
  peer: Peer,
): RuleValues {
  const end = direction === 'ingress' ? 'Source' : 'Dest';
  const protocol = (request.ipProtocol ?? '').toLowerCase();
  const policy = (request.policy ?? 'accept').toLowerCase();
  const priority = Number(request.priority ?? PRIORITY.highest);
  if (!POLICIES.includes(policy)) throw malformed('InvalidPolicy.Malformed', 'Policy', policy);
  if (!Number.isInteger(priority) || priority < PRIORITY.highest || priority > PRIORITY.lowest) {
    throw malformed('InvalidPriority.ValueNotSupported', 'Priority', String(request.priority));
  }
  if (peerText(peer) === '') {
    throw new ApiError(
      'MissingParameter',
      `The input parameter "${end}GroupId" or "${end}CidrIp" cannot be both blank.`,
      403,
    );
  }
  if (peer.cidr !== undefined) parseCidr(withPrefix(peer.cidr), `Invalid${end}CidrIp.Malformed`);
  if (peer.groupId !== undefined) checkPeerGroup(cloud, group, peer.groupId, end);
  return {
    groupId: group.id,
    direction,
    protocol,
    portRange: checkedPorts(protocol, request.portRange ?? ''),
    policy,
    priority,
    peer,
    description: request.description ?? '',
    nicType: request.nicType ?? '<nil>',
  };
}

const malformed = (code: string, parameter: string, value: string): ApiError =>
  new ApiError(code, `The specified parameter "${parameter}" (${value}) is not valid.`);

/** An address alone is a block of one. */
const withPrefix = (cidr: string): string => (cidr.includes('/') ? cidr : `${cidr}/32`);

function checkedPorts(protocol: string, range: string): string {
  const [, from = 0, to = 0] = (/^(\d+)\/(\d+)$/.exec(range) ?? []).map(Number);
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const fits = hasPorts ? from >= 1 && to <= 65_535 && from <= to : range === '-1/-1';
  if (!PROTOCOLS.includes(protocol) || !fits) {
    throw new ApiError(
      'OperationDenied',
      `The specified IpProtocol (${protocol}) does not exist or IpProtocol and PortRange (${range}) do not match.`,
    );
  }
  return range;
}

function checkPeerGroup(cloud: Cloud, group: SecurityGroup, peerId: string, end: string): void {
  const peer = securityGroups.in(cloud.store).find(peerId);
  if (peer === undefined) {
    throw new ApiError(`Invalid${end}GroupId.NotFound`, `The ${end}GroupId (${peerId}) does not exist.`, 404);
  }
  if (peer.id === group.id) {
    throw new ApiError(
      'InvalidParamter.Conflict',
      `The specified SecurityGroupId should be different from the ${end}GroupId (${peerId}).`,
      403,
    );
  }
  if (peer.vpcId !== group.vpcId) {
    throw new ApiError(
      `Invalid${end}GroupId.Mismatch`,
      `The security groups ${group.id} and ${peerId} are not in the same VPC.`,
    );
  }
  if (group.type === 'enterprise' || peer.type === 'enterprise') {
    throw new ApiError(
      'InvalidOperation.EnterpriseSecurityGroup',
      `An enterprise security group takes part in no rule between groups (${group.id}, ${peerId}); name a CIDR block.`,
      403,
    );
  }
}
