/** A script as a website may have it, held against the types that the service serves. */
import type { Category, Receipt, Sluis } from '../../banner/src/sluis.d.ts';

/** Each member of the page's object, and what it is while a choice is in force. The compiler misses none. */
export const members: Record<keyof Sluis, 'function' | 'object' | 'string'> = {
  allows: 'function', choice: 'string', open: 'function', withdraw: 'function', receipt: 'function', ready: 'object',
};

/** Each event on `document`. */
export const events: Record<Extract<keyof DocumentEventMap, `sluis:${string}`>, true> = { 'sluis:ready': true, 'sluis:choice': true, 'sluis:release': true };

export const script = async (): Promise<void> => {
  const sluis = window.Sluis;
  // @ts-expect-error: the gate may be missing
  window.Sluis.open();
  if (!sluis) return;
  const categories: Category[] = ['necessary', 'functional', 'analytics', 'social-media'];
  const allowed: boolean[] = categories.map((category) => sluis.allows(category));
  sluis.allows('service:youtube');
  // @ts-expect-error: no such category
  sluis.allows('marketing');
  // @ts-expect-error: a choice is made by the visitor
  sluis.choice = 'everything';
  document.addEventListener('sluis:release', ({ detail }) => detail.setAttribute('data-seen', `${allowed}`));
  await sluis.ready;
  const receipt: Receipt | null = await sluis.receipt();
  if (receipt) console.log(receipt.proof, receipt.facts['time']);
  await sluis.withdraw();
};
