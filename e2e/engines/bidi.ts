/** A connection that speaks WebDriver BiDi, over the WebSocket that Node brings along. */
export interface Bidi {
  send(method: string, params?: object): Promise<any>;
  close(): void;
}

export const connectBidi = async (address: string): Promise<Bidi> => {
  const socket = new WebSocket(address);
  await new Promise<void>((open, failed) => {
    socket.onopen = () => open();
    socket.onerror = () => failed(new Error(`${address} takes no connection`));
  });
  let last = 0;
  const waiting = new Map<number, { done: (result: unknown) => void; failed: (error: Error) => void }>();
  socket.onmessage = ({ data }) => {
    const { id, type, result, error, message } = JSON.parse(data);
    const call = waiting.get(id);
    waiting.delete(id);
    if (type === 'error') call?.failed(new Error(`${error}: ${message}`));
    else call?.done(result);
  };
  socket.onclose = () => waiting.forEach(({ failed }) => failed(new Error('the browser hung up')));
  return {
    send: (method, params = {}) => new Promise((done, failed) => {
      waiting.set(++last, { done, failed });
      socket.send(JSON.stringify({ id: last, method, params }));
    }),
    close: () => socket.close(),
  };
};
