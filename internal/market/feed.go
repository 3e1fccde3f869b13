package market

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"instrumentdesk/etoro/stream"
)

// Stream is what the market asks of eToro's live prices. Subscribe and Unsubscribe never
// block; put and changed are called one at a time each.
type Stream interface {
	Run(ctx context.Context, put func([]stream.Rate), changed func(stream.State)) error
	Subscribe(ids ...InstrumentID)
	Unsubscribe(ids ...InstrumentID)
	State() stream.State
}

// FeedMode is where live prices come from.
type FeedMode string

// The modes. In all but the first, rates are asked in the budget that others leave.
const (
	FeedLive         FeedMode = "live"         // pushed by eToro
	FeedConnecting   FeedMode = "connecting"   // not pushed yet
	FeedReconnecting FeedMode = "reconnecting" // not pushed for the moment
	FeedPolling      FeedMode = "polling"      // no stream is configured
	FeedRefused      FeedMode = "refused"      // eToro refused the keys of the stream, for good
)

// Feed is how live prices come.
type Feed struct {
	Mode        FeedMode
	Since       time.Time // when the mode began
	Err         error     // what broke last; nil when live. For logs: eToro's own words are in it
	Code        string    // eToro's code of a refusal: "InvalidKey"; "" when it told none
	Topics      int       // instruments that eToro pushes
	Connections int
	Viewers     int
}

// Feed costs no call.
func (m *Market) Feed() Feed {
	f := m.board.feedNow()
	if s := m.board.stream; s != nil {
		state := s.State()
		f.Topics, f.Connections = state.Topics, state.Connections
	}
	return f
}

func (b *board) feedNow() Feed {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.feed
	f.Viewers = len(b.viewers)
	return f
}

// follow runs the stream until ctx ends. A stream that ends by itself leaves the poll.
func (b *board) follow(ctx context.Context) {
	err := b.stream.Run(ctx, b.put, b.changed)
	if ctx.Err() != nil {
		return
	}
	b.log.LogAttrs(ctx, slog.LevelError, "live prices ended", slog.Any("err", err))
	b.turn(Feed{Mode: FeedPolling, Since: time.Now(), Err: err})
}

// changed takes in a new state of the stream.
func (b *board) changed(s stream.State) {
	f := Feed{Mode: FeedConnecting, Since: s.Since, Err: s.Err}
	level := slog.LevelInfo
	switch s.Phase {
	case stream.Live:
		f.Mode = FeedLive
	case stream.Reconnecting:
		f.Mode, level = FeedReconnecting, slog.LevelWarn
	case stream.Refused:
		f.Mode, level = FeedRefused, slog.LevelError
		f.Code = refusalCode(s.Err)
	}
	attrs := []slog.Attr{slog.String("mode", string(f.Mode))}
	if f.Err != nil {
		attrs = append(attrs, slog.Any("err", f.Err))
	}
	b.log.LogAttrs(context.Background(), level, "live prices", attrs...)
	b.turn(f)
}

// refusalCode is eToro's code when it is one word, and nothing else that it may have sent.
func refusalCode(err error) string {
	var refused *stream.RefusedError
	if !errors.As(err, &refused) || len(refused.Code) > 40 {
		return ""
	}
	if strings.ContainsFunc(refused.Code, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' }) {
		return ""
	}
	return refused.Code
}

// turn changes the feed and tells every viewer.
func (b *board) turn(f Feed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if (b.feed.Mode == FeedLive) != (f.Mode == FeedLive) {
		b.turned = now
	}
	if b.feed.Mode == FeedLive {
		for _, it := range b.items {
			if it.streamed {
				it.checked = now // up to now it was the latest
			}
		}
	}
	b.feed = f
	for v := range b.viewers {
		v.tellFeed()
	}
	signal(b.kick)
}
