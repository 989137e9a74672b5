/**
 * What a browser says for its user on every page: Global Privacy Control today.
 * A coming signal is one more line here.
 */

/** Whether the browser asks to be left alone: nothing optional, unless chosen while it said so. */
export const signalled = (): boolean => !!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;
