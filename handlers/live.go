package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
)

const (
	livePath       = "/live"
	flushEvery     = 250 * time.Millisecond // at most: what changes in between goes with the next
	heartbeatEvery = 15 * time.Second
	streamLife     = 30 * time.Minute // and up to a fifth more, so that not all end together
)

// endedKey holds why a stream ended, for the log.
const endedKey = "ended"

// live serves GET /live?ids=: the prices of instruments as they change, as server-sent events.
func (h *Handlers) live(c echo.Context) error {
	s, err := h.openStream(c)
	if err != nil {
		return err
	}
	defer s.close()
	ended, err := s.run(c.Request().Context())
	c.Set(endedKey, ended)
	return err
}

// sameOrigin reports whether a page of ours asks, or somebody without a page. Older browsers do not say.
func sameOrigin(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "" || site == "same-origin" || site == "none"
}

// parseWatch reads the ids of instruments to watch: "1001,1002". Repeated ones count once.
func parseWatch(s string) ([]market.InstrumentID, error) {
	if s == "" {
		return nil, &inputError{"ids", "The address needs the ids of instruments, such as ids=1001,1002."}
	}
	return parseIDs(strings.Split(s, ","), market.MaxWatch)
}

// liveStream is one reader of live prices.
type liveStream struct {
	h      *Handlers
	w      eventWriter
	leave  func()
	viewer *market.Viewer
	told   map[market.InstrumentID]*liveText // what the reader was told last
	feed   market.Feed                       // likewise
}

// openStream makes a stream of a request, which nothing has been sent on yet.
func (h *Handlers) openStream(c echo.Context) (*liveStream, error) {
	if !sameOrigin(c.Request()) {
		return nil, echo.NewHTTPError(http.StatusForbidden)
	}
	ids, err := parseWatch(c.QueryParam("ids"))
	if err != nil {
		return nil, err
	}
	leave, err := h.streams.enter(h.visitor(c.Request()))
	if err != nil {
		return nil, err
	}
	w, err := startEvents(c)
	if err != nil {
		leave()
		return nil, err
	}
	return &liveStream{h: h, w: w, leave: leave, viewer: h.market.Watch(ids), told: map[market.InstrumentID]*liveText{}}, nil
}

func (s *liveStream) close() {
	s.viewer.Close()
	s.leave()
}

// run sends until the reader is gone, too slow or old, or the program stops. A reader that does not keep up
// holds nobody else up: what changes while a write waits is one price again when it is done.
func (s *liveStream) run(ctx context.Context) (ended string, err error) {
	life := time.NewTimer(streamLife + rand.N(streamLife/5))
	defer life.Stop()
	beat := time.NewTicker(heartbeatEvery)
	defer beat.Stop()
	pause := time.NewTimer(flushEvery)
	defer pause.Stop()
	var changed <-chan struct{} // nil until the pause is over
	for err = s.open(); err == nil; {
		select {
		case <-ctx.Done():
			return "left", nil
		case <-s.h.stopping:
			return "stop", s.bye(5 * time.Second)
		case <-life.C:
			return "age", s.bye(time.Second)
		case <-beat.C:
			err = s.heartbeat()
		case <-pause.C:
			changed = s.viewer.Changed()
		case <-changed:
			err = s.flush()
			changed = nil
			pause.Reset(flushEvery)
		}
	}
	return endOf(err)
}

// endOf names the end of a stream by the error of its last write.
func endOf(err error) (ended string, failed error) {
	switch {
	case errors.Is(err, errReaderSlow):
		return "slow", nil
	case errors.Is(err, errReaderLeft):
		return "left", nil
	}
	return "failed", err
}

// open sends what a reader needs at first: how to come back, where prices come from, and those that are known.
func (s *liveStream) open() error {
	prices, feed := s.viewer.Take()
	return s.send(func(b []byte) ([]byte, error) {
		b = appendRetry(b, time.Second+rand.N(4*time.Second))
		b, err := s.appendFeed(b, feed)
		if err != nil {
			return b, err
		}
		return s.appendPrices(b, prices)
	})
}

// flush sends what changed.
func (s *liveStream) flush() error {
	prices, feed := s.viewer.Take()
	return s.send(func(b []byte) (_ []byte, err error) {
		if feed.Mode != s.feed.Mode || !feed.Since.Equal(s.feed.Since) {
			if b, err = s.appendFeed(b, feed); err != nil {
				return b, err
			}
		}
		return s.appendPrices(b, prices)
	})
}

// heartbeat is a comment for what stands between, and the feed again for a page that would not see a comment: it
// knows by that that the stream is alive.
func (s *liveStream) heartbeat() error {
	return s.send(func(b []byte) ([]byte, error) { return s.appendFeed(append(b, heartbeat...), s.feed) })
}

// bye ends the stream in good order. Not everybody is to come back at the same moment.
func (s *liveStream) bye(within time.Duration) error {
	wait := time.Second + rand.N(within)
	err := s.send(func(b []byte) ([]byte, error) {
		b = appendRetry(b, wait)
		return appendEvent(b, "bye", fmt.Appendf(nil, `{"retry_ms":%d}`, wait.Milliseconds())), nil
	})
	if errors.Is(err, errReaderSlow) || errors.Is(err, errReaderLeft) {
		return nil
	}
	return err
}

func (s *liveStream) appendFeed(b []byte, feed market.Feed) ([]byte, error) {
	data, err := json.Marshal(feedModel(feed, s.h.now()))
	if err != nil {
		return b, fmt.Errorf("feed event: %w", err)
	}
	s.feed = feed
	return appendEvent(b, "feed", data), nil
}

func (s *liveStream) appendPrices(b []byte, prices []market.Live) ([]byte, error) {
	now := s.h.now()
	for _, p := range prices {
		text := s.h.texts.of(p, now)
		event, err := text.event(s.told[p.ID])
		if err != nil {
			return b, fmt.Errorf("price event of %d: %w", p.ID, err)
		}
		if len(event) > 0 {
			b, s.told[p.ID] = append(b, event...), text
		}
	}
	return b, nil
}

// eventBuffers are shared by all streams: one of its own would stay with each at the size of its first batch.
var eventBuffers = sync.Pool{New: func() any { return new([]byte) }}

// send writes what appendTo makes, in one piece.
func (s *liveStream) send(appendTo func([]byte) ([]byte, error)) error {
	buf := eventBuffers.Get().(*[]byte)
	defer eventBuffers.Put(buf)
	b, err := appendTo((*buf)[:0])
	*buf = b
	if err != nil || len(b) == 0 {
		return err
	}
	return s.w.send(b)
}
