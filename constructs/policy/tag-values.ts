/** What the cloud takes as the value of a tag. */

/** Most characters of a value. */
export const TAG_VALUE_LENGTH = 128;

/**
 * Not empty, no space at either end, no address in it, and not beginning as the cloud's own tags do.
 * Source: Alibaba Cloud, Tag documentation, "Limits".
 */
export const TAG_VALUE = new RegExp(String.raw`^(?!aliyun|acs:)(?!.*https?://)\S(?:.{0,${TAG_VALUE_LENGTH - 2}}\S)?$`);
