import type { CDPSession } from 'playwright-core';

/** A network as Chromium is told to imitate it; the processor is four times slower in both. */
export interface Profile {
  id: string;
  label: string;
  /** Milliseconds per request, bytes per second; null: as fast as the loopback is. */
  network: { latency: number; download: number; upload: number } | null;
}

export const profiles: Profile[] = [
  { id: 'slow-4g', label: 'slow 4G (150 ms a request, 1.6 Mbit/s), processor ÷4', network: { latency: 150, download: 200_000, upload: 93_750 } },
  { id: 'unlimited', label: 'network not limited, processor ÷4', network: null },
];

/** Makes one page slow. Must come before its first navigation. */
export const slowDown = async (cdp: CDPSession, { network }: Profile): Promise<void> => {
  if (network) {
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false, latency: network.latency, downloadThroughput: network.download, uploadThroughput: network.upload,
    });
  }
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
};
