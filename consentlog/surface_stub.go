package consentlog

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"time"
)

var errNotYet = errors.New("consentlog: being built")

type StoreOptions struct {
	RedisURL        string
	StandIn         bool
	Name            string
	Secret          [32]byte
	StateDir        string
	Logger          *slog.Logger
	Timeout         time.Duration
	VisitorLifetime time.Duration
	Observe         func(Event)
}
type Store struct{}

func OpenStore(ctx context.Context, o StoreOptions) (*Store, error) { return nil, errNotYet }
func (s *Store) Guarantee() string                                  { return "" }
func (s *Store) Ping(ctx context.Context) error                     { return errNotYet }
func (s *Store) Log(ctx context.Context, site string) (*Log, error) { return nil, errNotYet }
func (s *Store) Close() error                                       { return errNotYet }

type Log struct{}

func (l *Log) Append(ctx context.Context, c Consent) (Receipt, bool, error) {
	return Receipt{}, false, errNotYet
}
func (l *Log) Publish(ctx context.Context, n Notice) error              { return errNotYet }
func (l *Log) Notices(ctx context.Context) ([]PublishedNotice, error)   { return nil, errNotYet }
func (l *Log) HasNotice(ctx context.Context, hash string) (bool, error) { return false, errNotYet }
func (l *Log) Notice(ctx context.Context, hash string) (Notice, error)  { return Notice{}, errNotYet }
func (l *Log) Receipt(ctx context.Context, recordID, consentID string) (Receipt, error) {
	return Receipt{}, errNotYet
}
func (l *Log) Visitor(ctx context.Context, consentID string) ([]Record, error) { return nil, errNotYet }
func (l *Log) Records(ctx context.Context, q Query) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) { yield(Record{}, errNotYet) }
}
func (l *Log) Checkpoint(ctx context.Context) (string, error) { return "", errNotYet }
func (l *Log) VerifierKey() string                            { return "" }
func (l *Log) Segment(ctx context.Context, epoch, n int64) (Segment, error) {
	return Segment{}, errNotYet
}

type Verified struct {
	Name, Site, Kind, ID, Action, Place string
	Time                                time.Time
	Size                                int64
	Root                                string
	Facts                               Facts
}

func VerifyReceipt(r Receipt, vkey string) (Verified, error) { return Verified{}, errNotYet }

type Loss struct {
	Epoch, From, To int64
}
type Report struct {
	Site                      string
	Epochs, Records, Consents int64
	Notices, Repeated         int64
	Losses                    []Loss
	Size                      int64
	Root                      string
}

func VerifyLog(ctx context.Context, src Source, vkey string, progress func(done, total int64)) (Report, error) {
	return Report{}, errNotYet
}
