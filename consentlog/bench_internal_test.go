package consentlog

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

func benchConsent() Consent {
	return Consent{
		ID: uuid.NewString(), ConsentID: uuid.NewString(), Action: "accept_all", Notice: hashText([]byte("x")), Language: "nl",
		Layer: "first", Layout: "box", Choices: map[Category]Decision{Necessary: Granted, Functional: Granted, Analytics: Granted, SocialMedia: Granted},
	}
}

// BenchmarkSeal is what a caller's goroutine does before it waits.
func BenchmarkSeal(b *testing.B) {
	c, now := benchConsent(), time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Validate(now); err != nil {
			b.Fatal(err)
		}
		if _, err := sealConsent("acme", &c, now); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPlan is what the writer does for a batch: grow, sign, lay out.
func BenchmarkPlan(b *testing.B) {
	key, err := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{1, 16, 256} {
		records := make([]*pending, size)
		for i := range records {
			c := benchConsent()
			s, err := sealConsent("acme", &c, time.Now())
			if err != nil {
				b.Fatal(err)
			}
			records[i] = &pending{sealed: s, consentID: c.ConsentID, summary: summaryOf(&c, time.Now()), index: indexOp{key: keysOf("acme").index(c.ID), field: indexField(c.ID)}}
		}
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			at, border, end := checkpoint{epoch: 1}, edge{}, int64(0)
			b.ReportAllocs()
			for b.Loop() {
				p, err := plan(keysOf("acme"), key, at, border, end, 1, records)
				if err != nil {
					b.Fatal(err)
				}
				at, border, end = p.after, p.grown.trim(p.after.N), p.factsEnd
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*size), "ns/record")
		})
	}
}

// largeLog is a log of 2^17 records with one that verifies.
func largeLog(b *testing.B) (siteKey, sealed, *commitment, int64) {
	key, err := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	if err != nil {
		b.Fatal(err)
	}
	c := benchConsent()
	s, err := sealConsent("acme", &c, time.Now())
	if err != nil {
		b.Fatal(err)
	}
	leaves := make([]tlog.Hash, 1<<17)
	leaves[77_777] = s.entry.leaf()
	grown, tree, err := edge{}.grow(0, leaves)
	if err != nil {
		b.Fatal(err)
	}
	cp, err := key.sign(1, tree)
	if err != nil {
		b.Fatal(err)
	}
	return key, s, &commitment{checkpoint: cp, grown: grown}, 77_777
}

// BenchmarkProve is what a caller's goroutine does after the commit.
func BenchmarkProve(b *testing.B) {
	_, s, c, index := largeLog(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.receipt(s, index); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify is one receipt of a log of 131,072 records.
func BenchmarkVerify(b *testing.B) {
	key, s, c, index := largeLog(b)
	r, err := c.receipt(s, index)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := VerifyReceipt(r, key.vkey); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(r.Proof)), "proof-bytes")
}

// BenchmarkVerifyLog is the whole log, per record.
func BenchmarkVerifyLog(b *testing.B) {
	key, err := newSiteKey([32]byte{7}, "consent.example.org", "acme")
	if err != nil {
		b.Fatal(err)
	}
	notice := Notice{Language: "nl", LegalVersion: 1, Content: []byte(`{}`)}
	src := &memorySource{}
	var leaves []tlog.Hash
	const size = 64 * tileWidth
	for i := range size {
		s, err := sealNotice("acme", notice, time.Now())
		if i > 0 {
			c := benchConsent()
			c.Notice = notice.Hash()
			s, err = sealConsent("acme", &c, time.Now())
		}
		if err != nil {
			b.Fatal(err)
		}
		if i%tileWidth == 0 {
			src.segments = append(src.segments, Segment{})
		}
		last := &src.segments[len(src.segments)-1]
		last.Entries, last.Facts = append(last.Entries, s.entry[:]...), append(last.Facts, s.facts)
		leaves = append(leaves, s.entry.leaf())
	}
	_, tree, err := edge{}.grow(0, leaves)
	if err != nil {
		b.Fatal(err)
	}
	cp, err := key.sign(1, tree)
	if err != nil {
		b.Fatal(err)
	}
	src.head = cp.text
	for b.Loop() {
		if _, err := VerifyLog(context.Background(), src, key.vkey, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*size/b.Elapsed().Seconds(), "records/s")
}
