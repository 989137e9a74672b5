/** A tag that the net may hold, and how it goes back to what the page made it. */
import { at } from './whose';

export interface Tag extends HTMLElement {
  src: string;
  type: string;
  /** The address that it has no more, as it was given: a page may require trusted ones. */
  $given?: string;
  /** The address that the net wrote into its data. */
  $wrote?: string;
}

type Held = HTMLElement & Partial<Tag>;

/** The marks of a held tag, with the address that it is to have: not what the page has in its data by now, or of its own. */
export const marksOf = ({ dataset, $given }: Held): DOMStringMap => ({ ...dataset, ...($given && (!dataset.src || dataset.consent == 'caught') && { src: `${at($given)}` }) });

/** Gives a script its type back. */
export const retype = (tag: Held): void => {
  const { type } = tag.dataset;
  if (type) tag.type = type;
  else if (tag.type == 'text/plain') tag.removeAttribute('type');
};

/**
 * Takes off again what the net wrote. Nothing stays behind: page frameworks
 * compare tags, and run again what they do not recognise.
 */
export const free = (tag: Held): void => {
  const { dataset } = tag;
  if (dataset.consent != 'caught') return;
  delete dataset.consent;
  delete dataset.service;
  if (dataset.src == tag.$wrote) delete dataset.src;
  if (tag.localName == 'script') {
    retype(tag);
    delete dataset.type;
  }
};
