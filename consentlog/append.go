package consentlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Append records one consent and returns its receipt, final: the record is in
// the log, and as safe as Guarantee says, before Append returns. created is
// false when the same id was recorded before; the receipt is then that
// record's.
//
// The notice must be in the log (see Publish), else *InvalidError. ErrConflict:
// the id was used for something else. ErrUnavailable: Redis did not confirm in
// time; the caller may come again with the same id, and it will be recorded
// once.
func (l *Log) Append(ctx context.Context, c Consent) (r Receipt, created bool, err error) {
	now := l.store.o.now()
	if err := c.Validate(now); err != nil {
		return Receipt{}, false, err
	}
	ctx, cancel := context.WithTimeout(ctx, l.store.o.Timeout)
	defer cancel()
	s, err := sealConsent(l.site, &c, now)
	if err != nil {
		return Receipt{}, false, fmt.Errorf("append: %w", err)
	}
	p := pending{sealed: s, kind: kindConsent, notice: c.Notice, consentID: c.ConsentID, summary: summaryOf(&c, now)}
	p.index = indexOp{key: l.keys.index(c.ID), field: indexField(c.ID)}
	for {
		if err := l.ensureNotice(ctx, c.Notice); err != nil {
			return Receipt{}, false, l.failed(ctx, "append", err)
		}
		o, err := l.submit(ctx, p)
		switch {
		case err != nil:
			return Receipt{}, false, l.failed(ctx, "append", err)
		case o.committed != nil:
			r, err := o.committed.receipt(s, o.index)
			return r, true, err
		case o.taken != "":
			life := l.store.life()
			r, created, err := l.existing(ctx, o.taken, &c, s)
			if errors.Is(err, errStale) {
				p.index.stale, p.life = o.taken, life
				continue
			}
			if err != nil {
				return Receipt{}, false, l.failed(ctx, "append", err)
			}
			return r, created, nil
		}
		// The log moved to another epoch: the notice goes first. Or Redis restarted,
		// and what was stale may have its record back.
		p.index.stale, p.life = "", 0
		l.noticed.Delete(c.Notice)
		l.pause(ctx)
	}
}

// errStale: an index points to where its record is not. A write that was torn
// by a power loss leaves such a field behind; it may be overwritten.
var errStale = errors.New("index field is stale")

// existing answers for a record whose id the index already knows.
func (l *Log) existing(ctx context.Context, at string, c *Consent, ours sealed) (r Receipt, created bool, err error) {
	where, err := parsePlace(at)
	if err != nil {
		return Receipt{}, false, errStale
	}
	p, err := l.prove(ctx, where)
	if errors.Is(err, ErrNotFound) {
		return Receipt{}, false, errStale
	}
	if err != nil {
		return Receipt{}, false, err
	}
	l.show(p.checkpoint)
	if p.entry == ours.entry { // an attempt of ours whose answer was lost
		p.sealed = ours
		return p.receipt(), true, nil
	}
	var f Facts
	if json.Unmarshal(p.facts, &f) != nil || f.Kind != kindConsent || f.ID != c.ID {
		return Receipt{}, false, errStale
	}
	if !f.same(c) || p.entry.hasWho() != (c.ConsentID != "") {
		return Receipt{}, false, ErrConflict
	}
	if c.ConsentID != "" {
		if p.who, err = l.whoHalf(ctx, c.ConsentID, where, p.entry); err != nil {
			return Receipt{}, false, err
		}
		if p.who == nil {
			return Receipt{}, false, ErrConflict
		}
	}
	return p.receipt(), false, nil
}
