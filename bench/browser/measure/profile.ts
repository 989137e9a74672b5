import type { CDPSession } from 'playwright-core';
import type { Kind } from '../page/page.ts';

/** A network and a processor as Chromium is told to imitate them. */
export interface Profile {
  id: string;
  label: string;
  /** Milliseconds per request, bytes per second; null: as fast as the loopback is. */
  network: { latency: number; download: number; upload: number } | null;
  /** How many times slower than this machine's. */
  processor: number;
  page: Kind;
}

const slow4g = { latency: 150, download: 200_000, upload: 93_750 };

export const profiles: Profile[] = [
  { id: 'slow-4g', label: 'slow 4G (150 ms a request, 1.6 Mbit/s), processor ÷4', network: slow4g, processor: 4, page: '' },
  { id: 'theme', label: 'slow 4G, processor ÷4, a page with a theme (Bootstrap, jQuery)', network: slow4g, processor: 4, page: 'theme' },
  { id: 'unlimited', label: 'network not limited, processor ÷4', network: null, processor: 4, page: '' },
  // By name only: how much of a figure is the network's and how much the processor's. The goals are not meant for it.
  { id: 'slow-phone', label: 'slow 4G, processor ÷12', network: slow4g, processor: 12, page: '' },
];

/** Makes one page slow. Must come before its first navigation. */
export const slowDown = async (cdp: CDPSession, { network, processor }: Profile): Promise<void> => {
  if (network) {
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false, latency: network.latency, downloadThroughput: network.download, uploadThroughput: network.upload,
    });
  }
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: processor });
};
