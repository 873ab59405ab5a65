import { createHash } from 'node:crypto';
import { oss } from '../../cloud/products/oss';
import { Caller } from './caller';

const HOST = 'oss-cn-hangzhou.aliyuncs.com';
const CREATE =
  '<CreateBucketConfiguration><StorageClass>Standard</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>';
const VERSIONING = (status: string): string =>
  `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
const HTTPS = (version: string): string =>
  `<HttpsConfiguration><TLS><Enable>true</Enable><TLSVersion>${version}</TLSVersion></TLS></HttpsConfiguration>`;
const LOGGING = (target: string): string =>
  `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${target}</TargetBucket><TargetPrefix>log/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>`;
const RULE = (id: string, prefix: string, action: string): string =>
  `<Rule><ID>${id}</ID><Prefix>${prefix}</Prefix><Status>Enabled</Status>${action}</Rule>`;
const LIFECYCLE = (...rules: string[]): string => `<LifecycleConfiguration>${rules.join('')}</LifecycleConfiguration>`;
const EXPIRES = '<Expiration><Days>30</Days></Expiration>';
const BLOCK =
  '<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>';

interface OssAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a call may have besides: headers, and another host. */
type Rest = [headers?: Record<string, string>, host?: string];

class Account {
  readonly caller = new Caller([oss], { quotas: { buckets: 2 } });

  /** `operation` is `METHOD /path?query`, on the bucket's own host unless another is named. */
  async send(
    operation: string,
    body = '',
    headers: Readonly<Record<string, string>> = {},
    host = `state.${HOST}`,
  ): Promise<OssAnswer> {
    this.caller.now += 1000;
    const [method = '', target = ''] = operation.split(' ');
    const [path = '', query = ''] = target.split('?');
    const request = { method, host, path, query: new URLSearchParams(query), headers, body: Buffer.from(body) };
    const answer = await this.caller.router.handle(request);
    if (answer === 'dropped') throw new Error(`${operation} was dropped`);
    return { ...answer, body: answer.body.toString() };
  }

  static async withBucket(versioning?: string): Promise<Account> {
    const account = new Account();
    await account.send('PUT /', CREATE, { 'x-oss-server-side-encryption': 'AES256' });
    if (versioning) await account.send('PUT /?versioning', VERSIONING(versioning));
    return account;
  }
}

const all = (text: string, element: string): string[] =>
  [...text.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'g'))].map(([, value = '']) => value);
const codeOf = ({ body }: OssAnswer): string | undefined => all(body, 'Code')[0];

describe('OSS', () => {
  test('[L3] answers a bucket as it was made, and with its settings', async () => {
    const account = await Account.withBucket('Enabled');
    const { body } = await account.send('GET /?bucketInfo');
    expect(
      ['Name', 'DataRedundancyType', 'Versioning', 'Grant', 'SSEAlgorithm'].map((name) => all(body, name)),
    ).toEqual([['state'], ['ZRS'], ['Enabled'], ['private'], ['AES256']]);
    expect(all((await account.send('GET /?prefix=st&max-keys=1', '', {}, HOST)).body, 'Name')).toEqual(['state']);
  });

  test.each([
    ['versioning', VERSIONING('Suspended')],
    ['lifecycle', LIFECYCLE(RULE('a', '', EXPIRES))],
    ['httpsConfig', HTTPS('TLSv1.2')],
    ['publicAccessBlock', BLOCK],
    ['logging', LOGGING('state')],
    ['tagging', '<Tagging><TagSet><Tag><Key>owner</Key><Value>a</Value></Tag></TagSet></Tagging>'],
    ['policy', '{"Version":"1","Statement":[]}'],
  ])('[L3] answers %s as it was put', async (subresource, document) => {
    const account = await Account.withBucket();
    expect((await account.send(`PUT /?${subresource}`, document)).status).toBe(200);
    expect((await account.send(`GET /?${subresource}`)).body).toBe(document);
  });

  test.each([
    ['encryption', 'NoSuchServerSideEncryptionRule'],
    ['lifecycle', 'NoSuchLifecycle'],
    ['httpsConfig', 'NoSuchHttpsConfig'],
    ['policy', 'NoSuchBucketPolicy'],
    ['transferAcceleration', 'NoSuchTransferAccelerationConfiguration'],
    ['cors', 'NoSuchCORSConfiguration'],
    ['website', 'NoSuchWebsiteConfiguration'],
    ['replication', 'NotImplemented'],
  ])('[L3] says of %s that there is none', async (subresource, code) => {
    const account = await Account.withBucket();
    await account.send('DELETE /?encryption');
    expect(codeOf(await account.send(`GET /?${subresource}`))).toBe(code);
  });

  test.each<[what: string, operation: string, body: string, code: string, ...rest: Rest]>([
    ['a name with a capital', 'PUT /State', CREATE, 'InvalidBucketName', {}, HOST],
    ['a name that is another bucket of mine', 'PUT /', '', 'BucketAlreadyExists'],
    ['one bucket too many', 'PUT /', CREATE, 'TooManyBuckets', {}, `third.${HOST}`],
    ['a storage class that there is not', 'PUT /', CREATE.replace('Standard', 'Warm'), 'InvalidArgument'],
    ['what is in another region', 'GET /?acl', '', 'AccessDenied', {}, 'state.oss-cn-beijing.aliyuncs.com'],
    ['a bucket that is not there', 'GET /?acl', '', 'NoSuchBucket', {}, `other.${HOST}`],
    ['a versioning that there is not', 'PUT /?versioning', VERSIONING('On'), 'MalformedXML'],
    ['a document of another kind', 'PUT /?versioning', BLOCK, 'MalformedXML'],
    ['a TLS version that there is not', 'PUT /?httpsConfig', HTTPS('TLSv9'), 'InvalidArgument'],
    ['a log into nowhere', 'PUT /?logging', LOGGING('nowhere'), 'InvalidTargetBucketForLogging'],
    ['a policy that is none', 'PUT /?policy', '{}', 'InvalidPolicyDocument'],
    ['a rule that does nothing', 'PUT /?lifecycle', LIFECYCLE(RULE('a', '', '')), 'MalformedXML'],
    [
      'two rules of one name',
      'PUT /?lifecycle',
      LIFECYCLE(RULE('a', 'x', EXPIRES), RULE('a', 'y', EXPIRES)),
      'InvalidArgument',
    ],
    [
      'two rules on one thing',
      'PUT /?lifecycle',
      LIFECYCLE(RULE('a', '', EXPIRES), RULE('b', 'y', EXPIRES)),
      'InvalidArgument',
    ],
    ['public access while it is blocked', 'PUT /?acl', '', 'AccessDenied', { 'x-oss-acl': 'public-read' }],
    ['an upload of another digest', 'PUT /key', 'body', 'InvalidDigest', { 'content-md5': 'AAAA' }],
    ['an object that is not there', 'GET /other', '', 'NoSuchKey'],
    ['to delete a bucket with something in it', 'DELETE /', '', 'BucketNotEmpty'],
  ])('[L3] refuses %s', async (_, operation, body, code, ...rest) => {
    const account = await Account.withBucket();
    await account.send('PUT /', CREATE, {}, `second.${HOST}`);
    await account.send('PUT /?publicAccessBlock', BLOCK);
    await account.send('PUT /held', 'something');
    expect(codeOf(await account.send(operation, body, ...rest))).toBe(code);
  });

  test('[L3] lets two rules meet when the caller says that they may', async () => {
    const account = await Account.withBucket();
    const rules = LIFECYCLE(RULE('a', '', EXPIRES), RULE('b', 'y', EXPIRES));
    const allowed = await account.send('PUT /?lifecycle', rules, { 'x-oss-allow-same-action-overlap': 'true' });
    expect(allowed.status).toBe(200);
  });

  test('[L3] gives an object back as it came, with the checksums that clients verify', async () => {
    const account = await Account.withBucket();
    const sent = { 'content-type': 'application/json', 'x-oss-meta-owner': 'a' };
    const stored = await account.send('PUT /dev/network.tfstate', '123456789', sent);
    const expected = {
      etag: `"${createHash('md5').update('123456789').digest('hex').toUpperCase()}"`,
      // The check value of CRC-64/XZ, in decimal.
      'x-oss-hash-crc64ecma': '11051210869376104954',
      'x-oss-server-side-encryption': 'AES256',
    };
    expect(stored.headers).toMatchObject(expected);
    const got = await account.send('GET /state/dev/network.tfstate', '', {}, HOST);
    expect(got.body).toBe('123456789');
    expect(got.headers).toMatchObject({ ...expected, ...sent, 'content-length': '9' });
    expect((await account.send('HEAD /dev/network.tfstate?objectMeta')).headers).toMatchObject(expected);
  });

  test('[L3] lists in pages, and folds what is behind the delimiter', async () => {
    const account = await Account.withBucket();
    for (const key of ['b', 'dev/1', 'dev/2', 'a&b']) await account.send(`PUT /${encodeURIComponent(key)}`, key);
    expect(all((await account.send('GET /?delimiter=/')).body, 'Prefix')).toEqual(['', 'dev/']);
    const first = (await account.send('GET /?list-type=2&max-keys=2&encoding-type=url')).body;
    expect([all(first, 'Key'), all(first, 'IsTruncated')]).toEqual([['a%26b', 'b'], ['true']]);
    const token = all(first, 'NextContinuationToken')[0] ?? '';
    const second = (await account.send(`GET /?list-type=2&max-keys=2&continuation-token=${token}`)).body;
    expect([all(second, 'Key'), all(second, 'IsTruncated')]).toEqual([['dev/1', 'dev/2'], ['false']]);
    expect(all((await account.send('GET /?marker=b&prefix=dev/')).body, 'Key')).toEqual(['dev/1', 'dev/2']);
  });

  test('[N4] keeps what was overwritten and deleted where versions are kept, and gives it back', async () => {
    const account = await Account.withBucket('Enabled');
    const first = (await account.send('PUT /key', 'one')).headers['x-oss-version-id'] ?? '';
    await account.send('PUT /key', 'two');
    expect((await account.send('GET /key')).body).toBe('two');
    const marker = await account.send('DELETE /key');
    expect(marker.headers).toMatchObject({ 'x-oss-delete-marker': 'true' });
    expect(codeOf(await account.send('GET /key'))).toBe('NoSuchKey');
    expect((await account.send(`GET /key?versionId=${first}`)).body).toBe('one');
    const { body } = await account.send('GET /?versions');
    expect([all(body, 'Version').length, all(body, 'DeleteMarker').length]).toEqual([2, 1]);
    await account.send(`DELETE /key?versionId=${marker.headers['x-oss-version-id'] ?? ''}`);
    expect((await account.send('GET /key')).body).toBe('two');
  });

  test('[L3] keeps one version more at most once it is suspended', async () => {
    const account = await Account.withBucket('Enabled');
    await account.send('PUT /key', 'kept');
    await account.send('PUT /?versioning', VERSIONING('Suspended'));
    await account.send('PUT /key', 'lost');
    await account.send('PUT /key', 'last');
    const { body } = await account.send('GET /?versions');
    expect([all(body, 'VersionId')[0], all(body, 'Version').length]).toEqual(['null', 2]);
  });

  test('[L3] is emptied by one call that names every version, and can then be deleted', async () => {
    const account = await Account.withBucket('Enabled');
    await account.send('PUT /key', 'one');
    await account.send('PUT /other', 'two');
    await account.send('DELETE /key');
    const { body } = await account.send('GET /?versions&encoding-type=url');
    const named = all(body, 'Key').map((key, place) => {
      const id = all(body, 'VersionId')[place] ?? '';
      return `<Object><Key>${key}</Key><VersionId>${id}</VersionId></Object>`;
    });
    expect(named).toHaveLength(3);
    await account.send('POST /?delete&encoding-type=url', `<Delete>${named.join('')}<Quiet>false</Quiet></Delete>`);
    expect((await account.send('DELETE /')).status).toBe(204);
    expect(account.caller.cloud.store.inventory()).toEqual([]);
  });

  test('[D3] keeps what is in an object out of the record and the snapshot', async () => {
    const account = await Account.withBucket('Enabled');
    await account.send('PUT /dev.tfstate', 'a-password-of-the-state');
    const { cloud, router } = account.caller;
    expect(JSON.stringify([cloud.store.snapshot(), router.recorder.calls])).not.toContain('a-password-of-the-state');
  });
});
