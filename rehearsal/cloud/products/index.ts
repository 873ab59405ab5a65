/** Every product that the double answers for; one line each. */
import type { Product } from '../product';
import { cms } from './cms';
import { cr } from './cr';
import { cs } from './cs';
import { ims } from './ims';
import { oos } from './oos';
import { oss } from './oss';
import { rKvstore } from './r-kvstore';
import { ram } from './ram';
import { ecs } from './ecs';
import { kms } from './kms';
import { location } from './location';
import { rds } from './rds';
import { sls } from './sls';
import { sts } from './sts';
import { tablestore, tablestoreData } from './tablestore';
import { vpc } from './vpc';

export const products: readonly Product[] = [
  cms,
  cr,
  oos,
  cs,
  ims,
  rKvstore,
  ram,
  ecs,
  kms,
  location,
  rds,
  sls,
  sts,
  vpc,
  oss,
  tablestore,
  tablestoreData,
];
