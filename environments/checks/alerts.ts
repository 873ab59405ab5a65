/** The numbers of alerts: possible, in order, and where a quantile is exact. */
import { faultsOfChanges, faultsOfRunbooks } from '../../constructs/monitoring/alerts';
import type { Environment } from '../environment';
import { fault, type Fault } from './fault';

/** Checks every number that the environment changes. */
export function* alerts({ alerts: plan }: Environment): Iterable<Fault> {
  if (plan === undefined) return;
  const { thresholds = {}, objectives = {}, runbooks } = plan;
  const faults = [
    ...faultsOfChanges(thresholds, objectives),
    ...(runbooks === undefined ? [] : faultsOfRunbooks(runbooks)),
  ];
  for (const { field, value, complaint } of faults) yield fault(`alerts.${field}`, value, complaint);
}
