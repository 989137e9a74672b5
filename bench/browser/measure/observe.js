// Runs in every page before any of its scripts, the bare page included. It is
// plain JavaScript, since it is handed to the browser as text: (SPEC) => void.
(spec) => {
  if (window !== window.top || location.protocol === 'about:') return;
  const seen = (window.__bench = { hit: null, honoured: null, attempts: 0, shifts: 0, blocking: 0, longest: 0, fcp: null, lcp: [], events: [], click: null });
  const roots = new WeakMap();
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    roots.set(this, root);
    return root;
  };
  const inside = (element) => roots.get(element) || element.shadowRoot;
  const locate = (place) => {
    if (!place) return null;
    let root = document;
    if (place.host) {
      const host = document.querySelector(place.host);
      root = host && inside(host);
      if (!root) return null;
    }
    for (const element of root.querySelectorAll(place.css)) if (!place.text || element.textContent.trim() === place.text) return element;
    return null;
  };
  const parent = (node) => node.assignedSlot || node.parentNode || node.host || null;
  const within = (node, ancestor) => {
    for (; node; node = parent(node)) if (node === ancestor) return true;
    return false;
  };
  const shown = (element) => {
    const box = element && element.getBoundingClientRect();
    return Boolean(box && box.width && box.height && getComputedStyle(element).visibility === 'visible');
  };
  /** The element a finger at the middle of the target would touch, if it is the target. */
  const reach = (element) => {
    if (!element || element.disabled) return null;
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height) return null;
    const at = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    let top = document.elementFromPoint(at.x, at.y);
    for (let root; top && (root = inside(top)); ) {
      const deeper = root.elementFromPoint(at.x, at.y);
      if (!deeper || deeper === top) break;
      top = deeper;
    }
    return top && within(top, element) ? { ...at, top } : null;
  };
  const active = () => {
    let element = document.activeElement;
    for (let root; element && (root = inside(element)) && root.activeElement; ) element = root.activeElement;
    return element;
  };
  window.__reach = { locate, within, shown, reach, active };

  const watch = (type, each, more) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more });
  watch('paint', (entry) => { if (entry.name === 'first-contentful-paint') seen.fcp = entry.startTime; });
  watch('largest-contentful-paint', (entry) => {
    const tool = locate(spec.banner);
    seen.lcp.push({ time: entry.startTime, size: entry.size, tool: Boolean(tool && (entry.element ? within(entry.element, tool) : spec.banner.host)) });
  });
  watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shifts += entry.value; });
  watch('longtask', (entry) => {
    seen.blocking += Math.max(0, entry.duration - 50);
    seen.longest = Math.max(seen.longest, entry.duration);
  });
  watch('event', (entry) => { if (/^(pointer|mouse)(down|up)$|^click$/.test(entry.name)) seen.events.push({ name: entry.name, start: entry.startTime, duration: entry.duration }); }, { durationThreshold: 16 });
  addEventListener('click', (event) => { seen.click = event.timeStamp; }, true);

  if (!spec.accept) return;
  const store = () => document.cookie + JSON.stringify({ ...localStorage });
  let before, last = 0;
  const press = (spot) => {
    const init = { bubbles: true, cancelable: true, composed: true, view: window, clientX: spot.x, clientY: spot.y, button: 0, detail: 1 };
    for (const name of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
      spot.top.dispatchEvent(name.startsWith('pointer') ? new PointerEvent(name, { ...init, pointerId: 1, isPrimary: true, pointerType: 'mouse' }) : new MouseEvent(name, init));
    }
  };
  // One look per frame. When asked to, it presses in the very frame the button
  // can be reached; if no choice is stored 150 ms later, that press was lost,
  // and it presses in every frame until one counts.
  const look = () => {
    const now = performance.now();
    const spot = seen.honoured === null && reach(locate(spec.accept));
    if (spot && seen.hit === null) seen.hit = now;
    if (!spec.early) { if (seen.hit === null) requestAnimationFrame(look); return; }
    if (before !== undefined && store() !== before) { seen.honoured = last; return; }
    if (spot && (seen.attempts !== 1 || now - last > 150)) {
      before ??= store();
      last = now;
      seen.attempts++;
      press(spot);
      if (store() !== before) { seen.honoured = now; return; }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
