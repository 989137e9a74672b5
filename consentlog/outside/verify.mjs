// Checks a consent receipt offline, with nothing of ours: any browser or Node
// that has WebCrypto with Ed25519.
//
//   node verify.mjs receipt.json verifier-key.txt
//   import { verify } from './verify.mjs'; await verify(receiptText, verifierKey)
//
// The verifier key is the line that the site prints in its privacy statement:
// <host>/<site>+<hash>+<key>. Exit status 0 and a sentence that says what is
// proven, or 1 and what is wrong; verify() resolves to what is proven or throws.
//
// What it does: recompute what the log committed to, climb the Merkle proof to
// the root, and check the signature of the checkpoint that names this root.

const utf8 = new TextEncoder();

// Canonical form: keys sorted, no white space; integers are the only numbers.
export const canonical = (value) => JSON.stringify(sorted(value));
const sorted = (v) =>
  Array.isArray(v) ? v.map(sorted)
  : v && typeof v === 'object' ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])]))
  : v;

export const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));

function join(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

// unbase64 takes only the one right spelling of so many bytes.
function unbase64(text, length, what) {
  let bin = '';
  try {
    bin = atob(text);
  } catch {
    // the comparison below says it
  }
  if (bin.length !== length || btoa(bin) !== text) throw new Error(`${what} is damaged`);
  return Uint8Array.from(bin, (c) => c.charCodeAt(0));
}

const equal = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);
const hex = (b) => [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
const notInLog = 'the record is not in the log: its content or its proof was changed';

async function commitment({ facts, who, whoHash }) {
  if (who !== undefined && whoHash !== undefined) throw new Error('the receipt has both who and whoHash');
  const half = who !== undefined ? await sha256(utf8.encode(canonical(who)))
    : whoHash !== undefined ? unbase64(String(whoHash).replaceAll('-', '+').replaceAll('_', '/') + '=', 32, 'whoHash')
    : new Uint8Array(32);
  return join(await sha256(utf8.encode(canonical(facts))), half);
}

// c2sp.org/tlog-proof: header, index, hashes, an empty line, the checkpoint
// (c2sp.org/tlog-checkpoint: origin, size, root, an empty line, signatures).
function parse(proof) {
  if (!proof.endsWith('\n')) throw new Error('the proof is cut off');
  const line = proof.slice(0, -1).split('\n');
  if (line[0] !== 'c2sp.org/tlog-proof@v1') throw new Error('the proof is of an unknown kind');
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(line[1]);
  if (!index) throw new Error('the proof names no index');
  const end = line.indexOf('', 2);
  const [origin, size, root, empty] = line.slice(end + 1);
  if (end < 0 || empty !== '' || !/^[1-9][0-9]{0,15}$/.test(size)) throw new Error('the checkpoint is damaged');
  return {
    index: BigInt(index[1]),
    path: line.slice(2, end).map((h) => unbase64(h, 32, 'a hash of the proof')),
    origin, size: BigInt(size), root: unbase64(root, 32, 'the checkpoint'),
    text: `${origin}\n${size}\n${root}\n`,
    signatures: line.slice(end + 5),
  };
}

// Climb from the leaf to the root (RFC 9162, section 2.1.3.2).
async function climb(entry, { index, size, path }) {
  if (index >= size) throw new Error('the index lies outside the log');
  const pair = (a, b) => sha256(Uint8Array.of(1), a, b);
  let node = await sha256(Uint8Array.of(0), entry);
  let at = index, last = size - 1n;
  for (const h of path) {
    if (last === 0n) throw new Error(notInLog);
    if (at & 1n || at === last) {
      node = await pair(h, node);
      while (!(at & 1n) && at) at >>= 1n, last >>= 1n;
    } else {
      node = await pair(node, h);
    }
    at >>= 1n, last >>= 1n;
  }
  if (last !== 0n) throw new Error(notInLog);
  return node;
}

async function checkSignature({ origin, text, signatures }, vkey) {
  const [, name, keyHash, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim()) ?? [];
  if (!name) throw new Error('the verifier key is damaged');
  const key = unbase64(encoded, 33, 'the verifier key');
  if (key[0] !== 1) throw new Error('the verifier key is of an unknown kind');
  if (hex((await sha256(utf8.encode(name + '\n'), key)).slice(0, 4)) !== keyHash) throw new Error('the verifier key is damaged');
  if (!origin.startsWith(name + '/') || !/^[1-9][0-9]*$/.test(origin.slice(name.length + 1)))
    throw new Error(`the checkpoint belongs to ${origin}, not to ${name}`);
  const publicKey = await crypto.subtle.importKey('raw', key.slice(1), 'Ed25519', false, ['verify']);
  let signed = false;
  for (const line of signatures.filter((s) => s.startsWith(`— ${name} `))) {
    const sig = unbase64(line.slice(name.length + 3), 68, 'the signature');
    if (hex(sig.slice(0, 4)) !== keyHash) continue;
    if (!(await crypto.subtle.verify('Ed25519', publicKey, sig.slice(4), utf8.encode(text))))
      throw new Error(`the signature is not that of ${name}`);
    signed = true;
  }
  if (!signed) throw new Error(`the checkpoint is not signed by ${name}`);
  return name;
}

export async function verify(receiptText, vkey) {
  const receipt = JSON.parse(receiptText);
  const known = ['v', 'facts', 'who', 'whoHash', 'proof'];
  if (receipt?.v !== 1 || Object.keys(receipt).some((k) => !known.includes(k)) || typeof receipt.facts !== 'object' || typeof receipt.proof !== 'string')
    throw new Error('this is not a receipt, or of a version unknown to this program');
  const proof = parse(receipt.proof);
  if (!equal(await climb(await commitment(receipt), proof), proof.root)) throw new Error(notInLog);
  const name = await checkSignature(proof, vkey);
  if (receipt.facts.site !== name.split('/').pop()) throw new Error('the facts are of another site');
  return { name, origin: proof.origin, index: String(proof.index), size: String(proof.size), facts: receipt.facts };
}

// On the command line
if (globalThis.process?.argv?.[1] && import.meta.url.endsWith(encodeURI(process.argv[1].split('/').pop()))) {
  const { readFile } = await import('node:fs/promises');
  try {
    const [receipt, vkey] = await Promise.all(process.argv.slice(2, 4).map((f) => readFile(f, 'utf8')));
    const { name, origin, index, size, facts } = await verify(receipt, vkey ?? '');
    console.log(`PROVEN: record ${index} of the ${size} in ${origin}, signed by ${name}:\n${JSON.stringify(facts)}`);
  } catch (e) {
    console.log(`NOT PROVEN: ${e.message}`);
    process.exitCode = 1;
  }
}
