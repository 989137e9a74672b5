package consentlog_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"sluis/consentlog"
)

// randomText draws from the whole alphabet that the canonical form allows.
func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(24) {
		c := rune(r.IntN(0x500))
		switch r.IntN(8) {
		case 0:
			c = rune(r.IntN(0x10ffff))
		case 1:
			c = []rune(`"\/<>&'€≥é—😀`)[r.IntN(12)]
		}
		if unicode.IsControl(c) || c == 0x2028 || c == 0x2029 || c == unicode.ReplacementChar || c >= 0xd800 && c < 0xe000 {
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

func randomValue(r *rand.Rand, depth int) any {
	switch n := r.IntN(8); {
	case n == 0:
		return r.Int64N(1<<54+1) - 1<<53
	case n == 1:
		return r.IntN(2) == 0
	case n == 2 && depth < 3:
		list := make([]any, r.IntN(4))
		for i := range list {
			list[i] = randomValue(r, depth+1)
		}
		return list
	case n == 3 && depth < 3:
		return randomObject(r, depth+1)
	}
	return randomText(r)
}

func randomObject(r *rand.Rand, depth int) map[string]any {
	out := map[string]any{}
	for range r.IntN(6) {
		out[fmt.Sprintf("%c%x", 'A'+r.IntN(58), r.IntN(300))] = randomValue(r, depth)
	}
	return out
}

// disorder writes a value with its keys in any order, with white space, and
// with escapes where JSON allows them.
func disorder(r *rand.Rand, v any) string {
	space := func() string { return strings.Repeat(" ", r.IntN(2)) }
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for k, x := range v { // Go's own disorder
			parts = append(parts, space()+disorder(r, k)+space()+":"+disorder(r, x))
		}
		return "{" + strings.Join(parts, ",") + space() + "}"
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, space()+disorder(r, x))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	b, _ := json.Marshal(v) // escapes < > & as \u003c
	return string(b)
}

// Promise: Go, JavaScript and jq write the same canonical bytes, whatever the
// spelling, so that nobody needs our code to verify.
func TestCanonicalFormAgreesAcrossLanguages(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	const n = 10_000
	var input bytes.Buffer
	want := make([]string, n)
	for i := range n {
		v := randomObject(r, 0)
		canonical, err := consentlog.CanonicalBytes(v)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = fmt.Sprintf("%x", sha256.Sum256(canonical))
		spelled := disorder(r, v)
		again, err := consentlog.Canonical([]byte(spelled))
		if err != nil || !bytes.Equal(again, canonical) {
			t.Fatalf("Go: %s became %s, not %s (%v)", spelled, again, canonical, err)
		}
		fmt.Fprintln(&input, spelled)
	}
	check := func(name string, out []byte, hashed bool) {
		s := bufio.NewScanner(bytes.NewReader(out))
		s.Buffer(nil, 1<<20)
		i := 0
		for ; s.Scan(); i++ {
			got := s.Text()
			if !hashed {
				got = fmt.Sprintf("%x", sha256.Sum256(s.Bytes()))
			}
			if i < n && got != want[i] {
				t.Fatalf("%s: line %d: %s", name, i, s.Text())
			}
		}
		if i != n {
			t.Errorf("%s: %d lines of %d", name, i, n)
		}
	}
	script := `import {canonical, sha256} from './outside/verify.mjs'; import {readFileSync} from 'node:fs';
		for (const l of readFileSync(0, 'utf8').trimEnd().split('\n')) console.log(Buffer.from(await sha256(new TextEncoder().encode(canonical(JSON.parse(l))))).toString('hex'))`
	check("JavaScript", run(t, input.Bytes(), "node", "--input-type=module", "-e", script), true)
	check("jq", run(t, input.Bytes(), "jq", "-cS", "."), false)
}

// Promise: the canonical form refuses what the three languages would not
// treat alike.
func TestCanonicalFormRefuses(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"line break":            `{"a":"x\ny"}`,
		"tab":                   `{"a":"x\ty"}`,
		"delete":                "{\"a\":\"x\x7fy\"}",
		"C1 control":            `{"a":"\u0085"}`,
		"line separator":        `{"a":"\u2028"}`,
		"paragraph separator":   "{\"a\":\"\u2029\"}",
		"replacement character": `{"a":"\ufffd"}`,
		"lone surrogate":        `{"a":"\ud800"}`,
		"not UTF-8":             "{\"a\":\"\xff\"}",
		"fraction":              `{"a":1.5}`,
		"exponent":              `{"a":1e3}`,
		"minus zero":            `{"a":-0}`,
		"beyond 2^53":           `{"a":9007199254740993}`,
		"key not ASCII":         `{"é":1}`,
		"key twice":             `{"a":1,"a":1}`,
		"two values":            `{} {}`,
		"cut off":               `{"a":1`,
		"too deep":              strings.Repeat("[", 40) + strings.Repeat("]", 40),
	} {
		if out, err := consentlog.Canonical([]byte(src)); err == nil {
			t.Errorf("%s became %s", name, out)
		}
	}
}

func run(t testing.TB, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, out, stderr.Bytes())
	}
	return out
}

// threeReceipts holds one receipt of each kind: shown to the holder, withheld
// from others, and of somebody who never had a consent id.
func threeReceipts(t *testing.T) (map[string]string, string) {
	t.Helper()
	s := startRedis(t)
	l := openLog(t, options(s.url()))
	publish(t, l)
	for range 300 {
		add(t, l, anyConsent())
	}
	c := grant()
	c.Services = map[string]consentlog.Decision{"youtube": consentlog.Granted}
	mine := add(t, l, c)
	others, err := l.Receipt(context.Background(), c.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if others.Who != nil || others.WhoHash == "" {
		t.Fatalf("a stranger's receipt: %+v", others)
	}
	out := map[string]string{}
	for name, r := range map[string]consentlog.Receipt{"holder": mine, "stranger": others, "nameless": add(t, l, refuse())} {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(b)
	}
	return out, l.VerifierKey()
}

func goVerifies(receipt, vkey string) error {
	var r consentlog.Receipt
	if err := json.Unmarshal([]byte(receipt), &r); err != nil {
		return err
	}
	_, err := consentlog.VerifyReceipt(r, vkey)
	return err
}

// changed lists copies of a receipt with one character changed. step skips.
func changed(receipt string, step, offset int) []string {
	var out []string
	for i := offset; i < len(receipt); i += step {
		for _, flip := range []byte{1, 2, 0x20} {
			c := receipt[i] ^ flip
			out = append(out, receipt[:i]+string(rune(c))+receipt[i+1:])
		}
	}
	return out
}

// subtle lists changes that a lenient base64 decoder does not notice: of the
// unused bits at the end of whoHash, of a hash and of the signature.
func subtle(receipt string) []string {
	const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	const inURLs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var out []string
	change := func(at int, alphabet string) {
		c := alphabet[strings.IndexByte(alphabet, receipt[at])^1]
		out = append(out, receipt[:at]+string(c)+receipt[at+1:])
	}
	if i := strings.Index(receipt, `"whoHash":"`); i >= 0 {
		change(i+len(`"whoHash":"`)+42, inURLs)
	}
	for at, c := range receipt {
		if c == '=' && receipt[at-1] != '=' {
			change(at-1, standard)
		}
	}
	return out
}

// shellVerifier takes the script out of docs/proving.md, so that what people
// are told to run is what the tests run.
func shellVerifier(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/proving.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```bash\n")
	script, _, ok := strings.Cut(rest, "```\n")
	if !ok || strings.Count(string(page), "```bash\n") != 1 {
		t.Fatal("docs/proving.md should have one block of bash, the verifier")
	}
	file := filepath.Join(t.TempDir(), "verify.sh")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Promise: a receipt verifies in Go, in JavaScript and in a shell with common
// tools, also when it was pretty-printed or reordered; change any one
// character and it does not.
func TestReceiptVerifiesOutside(t *testing.T) {
	t.Parallel()
	receipts, vkey := threeReceipts(t)
	dir := t.TempDir()
	keyFile := filepath.Join(dir, "key")
	if err := os.WriteFile(keyFile, []byte(vkey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var good, bad, sly []string
	for _, r := range receipts {
		var v any
		json.Unmarshal([]byte(r), &v)
		pretty, _ := json.MarshalIndent(v, "", "   ") // alphabetical, indented
		good = append(good, r, string(pretty), string(run(t, []byte(r), "jq", "-c", "to_entries | reverse | from_entries | .facts |= (to_entries | reverse | from_entries)")))
		bad = append(bad, changed(r, 1, 0)...)
		sly = append(sly, subtle(r)...)
	}
	bad = append(bad, sly...)
	for _, r := range good {
		if err := goVerifies(r, vkey); err != nil {
			t.Errorf("Go: %v for %s", err, r)
		}
	}
	for _, r := range bad {
		if goVerifies(r, vkey) == nil {
			t.Errorf("Go accepts %s", r)
		}
	}
	other := strings.Replace(vkey, "acme", "evil", 1)
	if goVerifies(good[0], other) == nil {
		t.Error("Go accepts a key of another name")
	}

	script := `import {verify} from './outside/verify.mjs'; import {readFileSync} from 'node:fs';
		const {vkey, receipts} = JSON.parse(readFileSync(0, 'utf8'));
		const said = await Promise.all(receipts.map((r) => verify(r, vkey).then(() => true, () => false)));
		console.log(JSON.stringify(said))`
	input, _ := json.Marshal(map[string]any{"vkey": vkey, "receipts": append(append([]string{}, good...), bad...)})
	var said []bool
	if err := json.Unmarshal(run(t, input, "node", "--no-warnings", "--input-type=module", "-e", script), &said); err != nil {
		t.Fatal(err)
	}
	for i, ok := range said {
		switch {
		case i < len(good) && !ok:
			t.Errorf("JavaScript refuses %s", good[i])
		case i >= len(good) && ok:
			t.Errorf("JavaScript accepts %s", bad[i-len(good)])
		}
	}

	// A shell takes a third of a second for each: a sample.
	sample := []string{sly[0], sly[len(sly)/2], sly[len(sly)-1]}
	for _, r := range sly {
		if strings.Contains(r, "whoHash") {
			sample = append(sample, r)
			break
		}
	}
	for i := 0; i < len(bad); i += len(bad)/16 + 1 {
		sample = append(sample, bad[i])
	}
	outside := func(i int, receipt string, want bool, name string, args ...string) {
		f := filepath.Join(dir, fmt.Sprintf("%s-%d-%v.json", filepath.Base(name), i, want))
		if err := os.WriteFile(f, []byte(receipt), 0o600); err != nil {
			t.Error(err)
			return
		}
		out, err := exec.Command(name, append(args, f, keyFile)...).CombinedOutput()
		proven := err == nil && strings.Contains(string(out), "\nPROVEN: ") || strings.HasPrefix(string(out), "PROVEN: ")
		refused := err != nil && strings.Contains(string(out), "NOT PROVEN: ")
		if want && !proven || !want && !refused {
			t.Errorf("%s, want %v: %v %s for %s", name, want, err, out, receipt)
		}
	}
	verifier := shellVerifier(t)
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			for i := half; i < len(good); i += 2 {
				outside(i, good[i], true, "bash", verifier)
			}
			for i := half; i < len(sample); i += 2 {
				outside(i, sample[i], false, "bash", verifier)
			}
		})
	}
	wg.Wait()
	outside(0, good[0], true, "node", "--no-warnings", "outside/verify.mjs")
	outside(0, bad[len(bad)/2], false, "node", "--no-warnings", "outside/verify.mjs")
}

// Promise: the verifiers of strangers take no other key for the site's, not
// even one of the same name.
func TestForeignKeyIsRefused(t *testing.T) {
	t.Parallel()
	receipts, vkey := threeReceipts(t)
	o := options("redis://127.0.0.1:1")
	o.Secret, o.StandIn = [32]byte{9}, true
	foreign := logOf(t, openStore(t, o)).VerifierKey()
	if foreign == vkey {
		t.Fatal("two secrets gave one key")
	}
	dir := t.TempDir()
	r, k := filepath.Join(dir, "r"), filepath.Join(dir, "k")
	os.WriteFile(r, []byte(receipts["holder"]), 0o600)
	os.WriteFile(k, []byte(foreign), 0o600)
	if goVerifies(receipts["holder"], foreign) == nil {
		t.Error("Go accepts it")
	}
	for _, cmd := range [][]string{{"bash", shellVerifier(t)}, {"node", "outside/verify.mjs"}} {
		if out, err := exec.Command(cmd[0], append(cmd[1:], r, k)...).CombinedOutput(); err == nil {
			t.Errorf("%v accepts it: %s", cmd, out)
		}
	}
}
