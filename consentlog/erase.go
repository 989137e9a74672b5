package consentlog

import (
	"context"
	"errors"
	"time"
)

// Erasure is what Erase did.
type Erasure struct {
	Records int       // whose identity half is gone
	Time    time.Time // of the server, as it is in the log
	Place   string    // of the record of the erasure: "<epoch>.<index>"
}

// Erase destroys every identity half that holds this consent id, and their
// salts, in the same commit that logs the erasure. What was decided stays, and
// so does every proof; nobody can tell any more whose it was. The erasure is
// final when Erase returns, as safe as Guarantee says.
//
// ErrNotFound: there is nothing to erase, and nothing was logged.
// ErrUnavailable: Redis did not confirm in time. Come again: ErrNotFound then
// says that the first attempt arrived.
//
// What it does not reach:
//   - Redis' append-only file holds the old bytes until Redis writes it anew,
//     which is asked for at once, by each process at most once a minute, and
//     owed until it ended well. Copies, replicas' own files and backups hold them until
//     they are rotated. Who restores a backup must repeat the erasures that came
//     after it. Redis' slow log may show the keys of a slow call, the consent id
//     among them, until others follow.
//   - A receipt that was given out shows the half to whoever keeps it.
//   - The visitor's browser may still hold the number. What it records after
//     this is new, and is simply recorded.
//   - Where Redis forgets the commit itself, as Guarantee says it may, and the
//     process that made it ended before it could put it back, the halves are
//     back and nobody knows whose to erase. The log declares the loss where it
//     is known of.
func (l *Log) Erase(ctx context.Context, consentID string) (Erasure, error) {
	ctx, cancel := context.WithTimeout(ctx, l.store.o.Timeout)
	defer cancel()
	asked := l.store.o.StandIn || l.store.guarantee.Load().durable // whether Redis may just have forgotten what there is
	for {
		p, e, err := l.erasure(ctx, consentID)
		if errors.Is(err, ErrNotFound) && !asked && isUUID(consentID) {
			p, err = l.nothingOf(consentID)
			asked = true
		}
		if err != nil {
			return Erasure{}, l.failed(ctx, "erase", err)
		}
		o, err := l.submit(ctx, p)
		if err != nil {
			return Erasure{}, l.failed(ctx, "erase", err)
		}
		if o.committed != nil {
			e.Place = place{o.committed.epoch, o.index}.String()
			return e, nil
		}
		l.pause(ctx) // the visitor chose again meanwhile, another erased, or Redis restarted: count anew
	}
}

// erasure prepares the erasing of what is there now. A hash without a single
// half that fits, which a torn write leaves, names the visitor all the same.
func (l *Log) erasure(ctx context.Context, consentID string) (pending, Erasure, error) {
	life := l.store.life()
	halves, err := l.halves(ctx, consentID)
	if err == nil && len(halves) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return pending{}, Erasure{}, err
	}
	records, err := l.counted(ctx, halves)
	if err != nil {
		return pending{}, Erasure{}, err
	}
	now := l.store.o.now()
	s, err := sealErase(l.site, records, "", now)
	// A choice made meanwhile changes the field "now", a sweep takes a half away:
	// while neither happens, and Redis lives on, the count is right.
	p := pending{sealed: s, kind: kindErase, life: life, losses: []loss{{consentID: consentID, halves: placesIn(halves), whole: true, summary: halves["now"]}}}
	return p, Erasure{Records: records, Time: toSecond(now)}, err
}

// nothingOf prepares an erasure that Redis refuses, whatever it holds, and only
// behind the fence: where it forgot the visitor's halves, whoever remembers them
// has had the time to put them back.
func (l *Log) nothingOf(consentID string) (pending, error) {
	s, err := sealErase(l.site, 0, "", l.store.o.now())
	return pending{sealed: s, kind: kindErase, losses: []loss{{consentID: consentID, whole: true, summary: "?"}}}, err
}

// counted is how many of these halves belong to a record; a torn write may have
// left others. Where a record cannot be read all of them count: nobody is to wait
// with being erased until the log is whole again.
func (l *Log) counted(ctx context.Context, halves map[string]string) (int, error) {
	records, err := l.recordsOf(ctx, halves)
	if errors.Is(err, ErrCorrupt) {
		// Which one it is would tie it to this moment; verifying the log says so too.
		l.store.o.Logger.WarnContext(ctx, "a record of somebody who is erased cannot be read; verify the log", "site", l.site)
		return len(placesIn(halves)), nil
	}
	return len(records), err
}

// erased lists the hashes of visitors that the batch erases altogether.
func (b *batch) erased() (keys []string) {
	first := 1 + len(b.segments)/2 + len(b.indexes)/3
	for i, summary := range b.erasures {
		if i%2 == 1 && summary != "*" {
			keys = append(keys, b.keys[first+i/2])
		}
	}
	return keys
}
