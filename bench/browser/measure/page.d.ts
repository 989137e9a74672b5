/** What observe.js leaves in the page. */
interface Window {
  __bench: {
    hit: number | null;
    honoured: number | null;
    attempts: number;
    shifts: number;
    blocking: number;
    longest: number;
    fcp: number | null;
    lcp: { time: number; size: number; tool: boolean }[];
    events: { name: string; start: number; duration: number }[];
    click: number | null;
  };
  __reach: {
    locate(place: { host?: string; css: string; text?: string } | undefined): HTMLElement | null;
    within(node: Node | null, ancestor: Node): boolean;
    shown(element: Element | null): boolean;
    reach(element: Element | null): { x: number; y: number } | null;
    active(): Element | null;
  };
  analyticsRan?: number;
}
