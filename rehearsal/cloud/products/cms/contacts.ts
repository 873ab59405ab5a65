/** Alarm contacts and the groups that alarms are sent to. Both are known by their names. */
import { DeleteContactGroupRequest } from '@alicloud/cms20190101/dist/models/DeleteContactGroupRequest';
import { DeleteContactGroupResponseBody } from '@alicloud/cms20190101/dist/models/DeleteContactGroupResponseBody';
import { DeleteContactRequest } from '@alicloud/cms20190101/dist/models/DeleteContactRequest';
import { DeleteContactResponseBody } from '@alicloud/cms20190101/dist/models/DeleteContactResponseBody';
import { DescribeContactGroupListRequest } from '@alicloud/cms20190101/dist/models/DescribeContactGroupListRequest';
import { DescribeContactGroupListResponseBody } from '@alicloud/cms20190101/dist/models/DescribeContactGroupListResponseBody';
import { DescribeContactListRequest } from '@alicloud/cms20190101/dist/models/DescribeContactListRequest';
import { DescribeContactListResponseBody } from '@alicloud/cms20190101/dist/models/DescribeContactListResponseBody';
import { PutContactGroupRequest } from '@alicloud/cms20190101/dist/models/PutContactGroupRequest';
import { PutContactGroupResponseBody } from '@alicloud/cms20190101/dist/models/PutContactGroupResponseBody';
import { PutContactRequest } from '@alicloud/cms20190101/dist/models/PutContactRequest';
import { PutContactResponseBody } from '@alicloud/cms20190101/dist/models/PutContactResponseBody';
import { ApiError, notFound } from '../../api-error';
import type { Cloud } from '../../cloud';
import type { Plain } from '../../model';
import { rpcAction } from '../../rpc';
import { Kind } from '../../store';
import type { Entity } from '../../store';
import { SUCCESS } from './success';

interface Contact extends Entity {
  /** Its name. */
  readonly id: string;
  readonly createdAt: number;
  channels: NonNullable<Plain<PutContactRequest['channels']>>;
  description: string;
  language: string;
  updatedAt: number;
}

interface ContactGroup extends Entity {
  /** Its name. */
  readonly id: string;
  readonly createdAt: number;
  contacts: readonly string[];
  description: string;
  subscribed: boolean;
  updatedAt: number;
}

export const contacts = new Kind<Contact>({
  noun: 'alarm contact',
  terraform: { type: 'alicloud_cms_alarm_contact' },
  removal: (contact) => `aliyun cms DeleteContact --ContactName ${contact.id}`,
});

export const contactGroups = new Kind<ContactGroup>({
  noun: 'alarm contact group',
  terraform: { type: 'alicloud_cms_alarm_contact_group' },
  removal: (group) => `aliyun cms DeleteContactGroup --ContactGroupName ${group.id}`,
});

/** Most contacts of a group. */
const MOST_CONTACTS = 100;

/** @throws ApiError `ContactGroupNotExists` */
export function contactGroupNamed(cloud: Cloud, name: string | undefined): ContactGroup {
  return contactGroups
    .in(cloud.store)
    .get(name, (unknown) => notFound('ContactGroupNotExists', 'contact group', unknown));
}

function checkName(parameter: string, name: string): void {
  if (name.length >= 2 && name.length <= 40) return;
  throw new ApiError('ParameterInvalid', `${parameter} (${name}) has ${name.length} characters, not 2 to 40.`);
}

export const contactActions = [
  rpcAction({
    name: 'PutContact',
    request: PutContactRequest,
    response: PutContactResponseBody,
    required: ['contactName', 'describe'],
    oneOf: { lang: ['zh-cn', 'en'] },
    handle: ({ request, cloud }) => {
      const { contactName = '', channels = {}, describe = '', lang } = request;
      checkName('ContactName', contactName);
      // An empty channel is none.
      const given = Object.values(channels).filter((address) => address !== undefined && address !== '');
      if (given.length === 0) {
        throw new ApiError('ParameterInvalid', `The contact (${contactName}) has no channel to be told by.`);
      }
      const all = contacts.in(cloud.store);
      const known = all.find(contactName);
      if (known === undefined) {
        all.insert({
          id: contactName,
          uses: [],
          readyAt: cloud.now(),
          createdAt: cloud.now(),
          channels,
          description: describe,
          language: lang ?? 'zh-cn',
          updatedAt: cloud.now(),
        });
      } else {
        Object.assign(known, {
          channels,
          description: describe,
          language: lang ?? known.language,
          updatedAt: cloud.now(),
        });
      }
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'DescribeContactList',
    request: DescribeContactListRequest,
    response: DescribeContactListResponseBody,
    handle: ({ request, cloud }) => {
      const { contactName, pageNumber = 1, pageSize = 100 } = request;
      const found = contacts.in(cloud.store).where(({ id }) => contactName === undefined || id === contactName);
      if (contactName !== undefined && found.length === 0) {
        throw notFound('ContactNotExists', 'contact', contactName);
      }
      return {
        ...SUCCESS,
        total: found.length,
        contacts: {
          contact: found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map((contact) => ({
            name: contact.id,
            desc: contact.description,
            lang: contact.language,
            channels: contact.channels,
            contactGroups: { contactGroup: groupsOf(cloud, contact.id) },
            createTime: contact.createdAt,
            updateTime: contact.updatedAt,
          })),
        },
      };
    },
  }),
  rpcAction({
    name: 'DeleteContact',
    request: DeleteContactRequest,
    response: DeleteContactResponseBody,
    required: ['contactName'],
    handle: ({ request, cloud }) => {
      const { contactName = '' } = request;
      const all = contacts.in(cloud.store);
      all.get(contactName, (unknown) => notFound('ContactNotExists', 'contact', unknown));
      // It leaves its groups with it.
      for (const group of contactGroups.in(cloud.store).all()) {
        group.contacts = group.contacts.filter((name) => name !== contactName);
      }
      all.remove(contactName);
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'PutContactGroup',
    request: PutContactGroupRequest,
    response: PutContactGroupResponseBody,
    required: ['contactGroupName'],
    handle: ({ request, cloud }) => {
      const { contactGroupName = '', describe, enableSubscribed } = request;
      checkName('ContactGroupName', contactGroupName);
      const names = request.contactNames;
      for (const name of names ?? []) {
        contacts.in(cloud.store).get(name, (unknown) => notFound('ContactNotExists', 'contact', unknown));
      }
      if ((names ?? []).length > MOST_CONTACTS) {
        throw new ApiError('ParameterInvalid', `A group has at most ${MOST_CONTACTS} contacts.`);
      }
      const all = contactGroups.in(cloud.store);
      const known = all.find(contactGroupName);
      if (known === undefined) {
        all.insert({
          id: contactGroupName,
          uses: [],
          readyAt: cloud.now(),
          createdAt: cloud.now(),
          contacts: names ?? [],
          description: describe ?? '',
          subscribed: enableSubscribed ?? true,
          updatedAt: cloud.now(),
        });
      } else {
        known.contacts = names ?? known.contacts;
        known.description = describe ?? known.description;
        known.subscribed = enableSubscribed ?? known.subscribed;
        known.updatedAt = cloud.now();
      }
      return SUCCESS;
    },
  }),
  rpcAction({
    name: 'DescribeContactGroupList',
    request: DescribeContactGroupListRequest,
    response: DescribeContactGroupListResponseBody,
    handle: ({ request, cloud }) => {
      const { pageNumber = 1, pageSize = 100 } = request;
      const all = contactGroups.in(cloud.store).all();
      const page = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
      return {
        ...SUCCESS,
        total: all.length,
        contactGroups: { contactGroup: page.map(({ id }) => id) },
        contactGroupList: {
          contactGroup: page.map((group) => ({
            name: group.id,
            describe: group.description,
            enableSubscribed: group.subscribed,
            contacts: { contact: [...group.contacts] },
            createTime: group.createdAt,
            updateTime: group.updatedAt,
          })),
        },
      };
    },
  }),
  rpcAction({
    name: 'DeleteContactGroup',
    request: DeleteContactGroupRequest,
    response: DeleteContactGroupResponseBody,
    required: ['contactGroupName'],
    handle: ({ request, cloud }) => {
      contactGroups.in(cloud.store).remove(contactGroupNamed(cloud, request.contactGroupName).id);
      return SUCCESS;
    },
  }),
];

const groupsOf = (cloud: Cloud, contact: string): string[] =>
  contactGroups
    .in(cloud.store)
    .where(({ contacts: names }) => names.includes(contact))
    .map(({ id }) => id);
