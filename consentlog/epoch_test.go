package consentlog_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sluis/consentlog"
)

// Promise (S9): when an old backup is restored and nobody remembers what came
// after it, a new epoch declares the loss. No checkpoint is contradicted, all
// receipts ever given verify, and what storage still holds stays readable and
// provable.
func TestOldBackupBeginsNewEpoch(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	l := openLog(t, options(s.url()).WithHealing(100*time.Millisecond, time.Millisecond))
	publish(t, l)
	var kept, lost []consentlog.Consent
	var receipts []consentlog.Receipt
	for range 300 {
		c := grant()
		receipts, kept = append(receipts, add(t, l, c)), append(kept, c)
	}
	backup := s.copyTo(t, -1)
	for range 100 {
		c := grant()
		receipts, lost = append(receipts, add(t, l, c)), append(lost, c)
	}
	s.kill()
	if err := os.RemoveAll(filepath.Join(s.dir, "appendonlydir")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(backup.dir, "appendonlydir"), filepath.Join(s.dir, "appendonlydir")); err != nil {
		t.Fatal(err)
	}
	s.start()

	after := grant()
	eventually(t, 10*time.Second, "the log goes on", func() bool {
		r, _, err := l.Append(ctx, after)
		if err == nil {
			receipts = append(receipts, r)
		}
		return err == nil
	})
	report := verifyLog(t, l)
	if report.Epochs != 2 || report.Consents != 301 || report.Notices != 2 || len(report.Losses) != 1 {
		t.Fatalf("report %+v", report)
	}
	if loss := report.Losses[0]; loss.From != 301 || loss.To != 401 {
		t.Errorf("declared %+v, want the records from 301 to 401", loss)
	}
	for _, r := range receipts {
		verify(t, l, r)
	}
	// What is held is as good as before, from this process and from a new one.
	for name, l := range map[string]*consentlog.Log{"live": l, "new": openLog(t, options(s.url()))} {
		r, err := l.Receipt(ctx, kept[0].ID, kept[0].ConsentID)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if v := verify(t, l, r); !v.Named || v.ID != kept[0].ID {
			t.Errorf("%s: %+v", name, v)
		}
		if records, err := l.Visitor(ctx, kept[7].ConsentID); err != nil || len(records) != 1 {
			t.Errorf("%s: visitor %v, %v", name, records, err)
		}
		if all := collect(t, l, consentlog.Query{}); len(all) != 301 || all[0].Facts.ID != after.ID || all[300].Facts.ID != kept[0].ID {
			t.Errorf("%s: %d records", name, len(all))
		}
		if notices, err := l.Notices(ctx); err != nil || len(notices) != 1 {
			t.Errorf("%s: notices %v, %v", name, notices, err)
		}
		// The same id again: the held one is known, the lost one is recorded anew.
		if _, created, err := l.Append(ctx, kept[1]); err != nil || created {
			t.Errorf("%s: held id again: created %v, %v", name, created, err)
		}
	}
	if _, err := l.Receipt(ctx, lost[0].ID, lost[0].ConsentID); !errors.Is(err, consentlog.ErrNotFound) {
		t.Errorf("lost record: %v", err)
	}
	add(t, l, lost[0])
	verifyLog(t, l)
}

// Promise: a Redis that was emptied is noticed, too: by who is alive, and from
// the state file by who was not.
func TestEmptiedRedisBeginsNewEpoch(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t)
	o := options(s.url()).WithHealing(100*time.Millisecond, time.Millisecond)
	o.StateDir = t.TempDir()
	for name, stopped := range map[string]bool{"live": false, "stopped": true} {
		store := openStore(t, o)
		l := logOf(t, store)
		eventually(t, 10*time.Second, "notice is published", func() bool { return l.Publish(ctx, shown) == nil })
		r := add(t, l, grant())
		if stopped {
			store.Close()
		}
		if err := s.admin.FlushAll(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		if stopped {
			store = openStore(t, o)
			l = logOf(t, store)
		}
		eventually(t, 10*time.Second, name+": the log goes on", func() bool {
			if l.Publish(ctx, shown) != nil {
				return false
			}
			_, _, err := l.Append(ctx, grant())
			return err == nil
		})
		report := verifyLog(t, l)
		if report.Epochs != 1 || len(report.Losses) != 1 || report.Losses[0].From != 0 {
			t.Errorf("%s: report %+v", name, report)
		}
		verify(t, l, r)
		store.Close()
	}
}

// Promise: a state file that was written with another key, or that is damaged,
// stops the log instead of being passed over.
func TestDamagedStateIsNotPassedOver(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	o := options(s.url())
	o.StateDir = t.TempDir()
	store := openStore(t, o)
	l := logOf(t, store)
	publish(t, l)
	store.Close()
	file := filepath.Join(o.StateDir, "0", site+".checkpoint")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{"empty": nil, "changed": append(append([]byte{}, src[:len(src)-10]...), "AAAAAAAAA\n"...)} {
		if err := os.WriteFile(file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		store := openStore(t, o)
		if _, _, err := appendWith(logOf(t, store)); !errors.Is(err, consentlog.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
		store.Close()
	}
}

// appendWith appends after making sure of the notice.
func appendWith(l *consentlog.Log) (consentlog.Receipt, bool, error) {
	return l.Append(context.Background(), grant())
}

// Promise: processes may share a state folder: each has its own memory there,
// and that of the dead is taken over.
func TestSharedStateFolder(t *testing.T) {
	t.Parallel()
	s := startRedis(t)
	o := options(s.url())
	o.StateDir = t.TempDir()
	one, two := openStore(t, o), openStore(t, o)
	publish(t, logOf(t, one))
	add(t, logOf(t, one), grant())
	publish(t, logOf(t, two))
	add(t, logOf(t, two), grant())
	file := func(slot string) string { return filepath.Join(o.StateDir, slot, site+".checkpoint") }
	for _, slot := range []string{"0", "1"} {
		if _, err := os.Stat(file(slot)); err != nil {
			t.Error(err)
		}
	}
	one.Close()
	two.Close()
	three := openStore(t, o)
	add(t, logOf(t, three), grant())
	if _, err := os.Stat(file("1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the memory of the dead was not taken over: %v", err)
	}
	if report := verifyLog(t, logOf(t, three)); report.Epochs != 1 || report.Consents != 3 {
		t.Errorf("report %+v", report)
	}
}

// Promise: where one process died and Redis forgot, what another still
// remembers is put back before the doubt about the dead one is declared.
func TestLivingProcessHealsBeforeNewEpoch(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--appendfsync", "everysec")
	o := options(s.url()).WithHealing(6*time.Second, 30*time.Second) // a living one looks every second
	o.Timeout = 20 * time.Second
	o.StateDir = t.TempDir()
	l := openLog(t, o)
	publish(t, l)
	add(t, l, grant())
	dead := t.TempDir() // as a process leaves it that is killed now
	if err := os.CopyFS(dead, os.DirFS(o.StateDir)); err != nil {
		t.Fatal(err)
	}
	before := s.copyTo(t, -1)
	for range 5 {
		add(t, l, grant())
	}
	s.kill()
	if err := os.RemoveAll(filepath.Join(s.dir, "appendonlydir")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(before.dir, "appendonlydir"), filepath.Join(s.dir, "appendonlydir")); err != nil {
		t.Fatal(err)
	}
	s.start()
	o.StateDir = dead
	again := openLog(t, o)
	eventually(t, 20*time.Second, "the log goes on", func() bool {
		_, _, err := appendWith(again)
		return err == nil
	})
	if report := verifyLog(t, again); report.Epochs != 2 || report.Consents != 7 {
		t.Errorf("of 7 acknowledged records %+v", report)
	}
}

// Promise: no loss is declared where there was none. Redis restarted while the
// process went on, which one log of several noticed first; then the process is
// killed.
func TestNoLossIsDeclaredForAnotherLogsSettling(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := startRedis(t, "--appendfsync", "everysec")
	o := options(s.url()).WithHealing(100*time.Millisecond, 10*time.Second)
	o.StateDir = t.TempDir()
	store := openStore(t, o)
	sites := []string{site, "other"}
	record := func(store *consentlog.Store, id string) *consentlog.Log {
		l, err := store.Log(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, 10*time.Second, id+" is recorded", func() bool {
			if l.Publish(ctx, shown) != nil {
				return false
			}
			_, _, err := appendWith(l)
			return err == nil
		})
		return l
	}
	for _, id := range sites {
		record(store, id)
	}
	s.kill()
	s.start()
	for _, id := range sites {
		record(store, id)
	}
	runID := func() string {
		_, rest, _ := strings.Cut(s.admin.Info(ctx, "server").Val(), "run_id:")
		return rest[:40]
	}()
	for _, id := range sites {
		eventually(t, 5*time.Second, id+" knows this Redis", func() bool {
			src, _ := os.ReadFile(filepath.Join(o.StateDir, "0", id+".checkpoint"))
			return strings.Contains(string(src), runID)
		})
	}
	dead := t.TempDir() // as a process leaves it that is killed now
	if err := os.CopyFS(dead, os.DirFS(o.StateDir)); err != nil {
		t.Fatal(err)
	}
	o.StateDir = dead
	store = openStore(t, o)
	for _, id := range sites {
		if report := verifyLog(t, record(store, id)); report.Epochs != 1 || len(report.Losses) != 0 || report.Consents != 3 {
			t.Errorf("%s: %+v", id, report)
		}
	}
}
