/** The resource group of what names none, as every account has one. */
export const DEFAULT_RESOURCE_GROUP = 'rg-acfm00000000000';
