package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro/stream"
	"instrumentdesk/handlers"
)

func TestAStreamBeginsWithTheWayBackTheFeedAndThePrices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		d.push(1001, 231.42, 231.50)
		r := d.watch("1001,1002,1001")
		synctest.Wait()
		text := r.read()
		if !regexp.MustCompile(`^retry: [1-4]\d{3}\n\nevent: feed\ndata: \{"state":"live","text":"Live",`).MatchString(text) {
			t.Errorf("the stream begins with\n%s", text)
		}
		got := prices(t, text)
		want := map[string]any{
			"id": 1001.0, "price": "231.42", "bid": "231.42", "ask": "231.50", "spread": "0.08", "spread_pct": "0.03 %",
			"change": "+1.18 %", "trend": "up", "at": "2000-01-01T00:00:00Z", "at_text": "00:00:00 UTC", "raw": 231.42,
		}
		if len(got) != 1 || !sameJSON(t, got[0], want) {
			t.Errorf("the prices are %v, want %v", got, want)
		}
		for name, value := range map[string]string{
			"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
		} {
			if got := r.Header().Get(name); got != value {
				t.Errorf("%s is %q, want %q", name, got, value)
			}
		}
	})
}

func sameJSON(t *testing.T, a, b any) bool {
	t.Helper()
	texts := make([]string, 2)
	for i, v := range []any{a, b} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	return texts[0] == texts[1]
}

func TestOnlyCellsThatChangedAreSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		d.push(1001, 231.42, 231.50)
		d.push(1002, 10, 11)
		r := d.watch("1001,1002,1003")
		time.Sleep(time.Second)
		r.read()
		d.push(1001, 231.42, 231.52)
		time.Sleep(time.Second)
		got := prices(t, r.read())
		want := []map[string]any{{"id": 1001.0, "ask": "231.52", "spread": "0.10", "spread_pct": "0.04 %", "at": "2000-01-01T00:00:01Z", "at_text": "00:00:01 UTC"}}
		if !sameJSON(t, got, want) {
			t.Errorf("after a new ask: %v, want %v", got, want)
		}
		d.push(1003, 5e-6, 0)
		time.Sleep(time.Second)
		if got := prices(t, r.read()); len(got) != 1 || got[0]["price"] != "0.000005" || got[0]["ask"] != "–" || got[0]["spread"] != "–" {
			t.Errorf("the first price of an instrument is sent as %v", got)
		}
		d.push(1004, 1, 2)
		time.Sleep(time.Second)
		if text := r.read(); text != "" {
			t.Errorf("an instrument that nobody here watches sends %q", text)
		}
	})
}

func TestWhatNoCellShowsIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		d.push(1001, 231.42, 231.50)
		r := d.watch("1001")
		time.Sleep(300 * time.Millisecond)
		r.read()
		d.push(1001, 231.42, 231.50)
		time.Sleep(300 * time.Millisecond)
		if text := r.read(); text != "" {
			t.Errorf("the same price in the same second sends %q", text)
		}
	})
}

func TestAReaderGetsAtMostFourFlushesASecondAndAlwaysTheNewest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		r := d.watch("1001")
		for i := range 100 { // 50 a second
			d.push(1001, 100+float64(i), 1000)
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(300 * time.Millisecond)
		r.mu.Lock()
		for i := range r.flushes[4:] {
			if d := r.flushes[i+4].Sub(r.flushes[i]); d < time.Second {
				t.Errorf("five flushes in %v", d)
			}
		}
		r.mu.Unlock()
		all := prices(t, r.read())
		if last := all[len(all)-1]; last["raw"] != 199.0 || len(all) < 8 {
			t.Errorf("%d events, the last is %v, want a price of 199", len(all), last)
		}
	})
}

func TestAQuietStreamHasAHeartbeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newLiveDesk(t, handlers.Options{}).watch("1001")
		time.Sleep(time.Second)
		r.read()
		for range 3 {
			time.Sleep(15 * time.Second)
			if text := r.read(); strings.Count(text, ": still here\n\n") != 1 || !strings.Contains(text, "event: feed\n") {
				t.Errorf("in 15 quiet seconds comes %q", text)
			}
		}
	})
}

func TestAReaderThatStallsIsCutOffAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		d.push(1001, 1, 2)
		slow, quick := d.watch("1001"), d.watch("1001")
		time.Sleep(time.Second)
		slow.stall()
		quick.read()
		start := time.Now()
		for i := range 20 {
			d.push(1001, 10+float64(i), 100)
			time.Sleep(250 * time.Millisecond)
			if got := prices(t, quick.read()); len(got) != 1 {
				t.Errorf("beside a stalled reader comes %v", got)
			}
		}
		<-slow.done
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("the stalled reader is cut off after %v", took)
		}
		wantEnd(t, d, "slow")
	})
}

// wantEnd looks at the one log line of the streams that have ended.
func wantEnd(t *testing.T, d *liveDesk, why string) {
	t.Helper()
	log := d.log.String()
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, `"ended":"`+why+`"`) || !strings.Contains(log, `"level":"INFO"`) || !strings.Contains(log, `"dur_ms":`) {
		t.Errorf("the log is\n%s", log)
	}
}

func TestAStopEndsStreamsWithAWayBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		r := d.watch("1001")
		time.Sleep(time.Second)
		r.read()
		d.stop()
		<-r.done
		if text := r.read(); !regexp.MustCompile(`^retry: ([1-5]\d{3})\n\nevent: bye\ndata: \{"retry_ms":[1-5]\d{3}\}\n\n$`).MatchString(text) {
			t.Errorf("a stop says %q", text)
		}
		wantEnd(t, d, "stop")
	})
}

func TestAStreamEndsByItselfAfterHalfAnHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		start := time.Now()
		r := d.watch("1001")
		<-r.done
		if age := time.Since(start); age < 30*time.Minute || age > 36*time.Minute {
			t.Errorf("a stream lives for %v", age)
		}
		if !strings.HasSuffix(strings.SplitAfter(r.read(), "event: bye")[0], "event: bye") {
			t.Error("it ends without a word")
		}
		wantEnd(t, d, "age")
	})
}

func TestAReaderThatLeavesIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		r := d.watch("1001")
		time.Sleep(time.Second)
		r.leave()
		<-r.done
		wantEnd(t, d, "left")
	})
}

func TestStreamsOfOneAddressAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}})
		var open []*liveReader
		for range 20 {
			open = append(open, d.watch("1001", "X-Forwarded-For", "198.51.100.7"))
		}
		synctest.Wait()
		refused := d.watch("1001", "X-Forwarded-For", "198.51.100.7")
		<-refused.done
		if refused.status != http.StatusServiceUnavailable || refused.header.Get("Retry-After") != "30" || !strings.Contains(refused.read(), "20 streams are open from this address") {
			t.Errorf("the 21st stream answers %d with Retry-After %q", refused.status, refused.header.Get("Retry-After"))
		}
		if other := d.watch("1001", "X-Forwarded-For", "198.51.100.8"); !opens(other) {
			t.Error("another address pays for it")
		}
		open[0].leave()
		<-open[0].done
		if again := d.watch("1001", "X-Forwarded-For", "198.51.100.7"); !opens(again) {
			t.Error("a stream that has ended still counts")
		}
	})
}

func opens(r *liveReader) bool {
	synctest.Wait()
	return r.status == http.StatusOK
}

func TestStreamsInAllAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}})
		for range 5000 {
			d.watch("1001", "X-Forwarded-For", "127.0.0.1")
		}
		synctest.Wait()
		refused := d.watch("1001", "X-Forwarded-For", "127.0.0.1")
		<-refused.done
		if refused.status != http.StatusServiceUnavailable || !strings.Contains(refused.read(), "All 5000 streams are taken") {
			t.Errorf("the 5,001st stream answers %d", refused.status)
		}
	})
}

func TestABadQuestionOpensNoStream(t *testing.T) {
	t.Parallel()
	many := make([]string, 0, 101)
	for i := range 101 {
		many = append(many, "1"+strings.Repeat("0", 3)+string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10)))
	}
	for query, why := range map[string]string{
		"":                      "needs the ids",
		"abc":                   "no instrument id",
		"0":                     "no instrument id",
		"-1":                    "no instrument id",
		"1001,":                 "no instrument id",
		"1001, 1002":            "no instrument id",
		"99999999999":           "no instrument id",
		strings.Join(many, ","): "At most 100",
	} {
		for _, path := range []string{"/live", "/prices"} {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.URL.RawQuery = "ids=" + strings.ReplaceAll(query, " ", "%20")
			r, _ := answer(t, handlers.Options{Market: fixedMarket{}}, req)
			if r.status != http.StatusBadRequest || !strings.Contains(r.body, why) || r.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s?ids=%.30s answers %d %s", path, query, r.status, r.body)
			}
		}
	}
}

func TestOnlyOurOwnPagesMayStream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		for site, status := range map[string]int{"cross-site": 403, "same-site": 403, "same-origin": 200, "none": 200, "": 200} {
			r := d.watch("1001", "Sec-Fetch-Site", site)
			synctest.Wait()
			if r.status != status {
				t.Errorf("Sec-Fetch-Site %q answers %d, want %d", site, r.status, status)
			}
		}
	})
}

// TestAStreamOutlivesTheLimitsOfTheServer goes over a real connection: the limits of the server for reading
// and writing are shorter than the stream, and the reader says that it takes compressed answers.
func TestAStreamOutlivesTheLimitsOfTheServer(t *testing.T) {
	t.Parallel()
	d := newLiveDesk(t, handlers.Options{})
	server := httptest.NewUnstartedServer(d.site)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	server.Start()
	defer server.Close()
	defer d.stop()
	s := connect(t, server.URL+"/live?ids=1001", "Accept-Encoding", "gzip, zstd")
	if s.resp.StatusCode != http.StatusOK || s.resp.Header.Get("Content-Encoding") != "" {
		t.Fatalf("status %d, Content-Encoding %q", s.resp.StatusCode, s.resp.Header.Get("Content-Encoding"))
	}
	s.until("feed")
	for i := range 4 { // each a flush of its own: a second in all
		d.push(1001, 100+float64(i), 200)
		s.until("price")
	}
	d.stop()
	s.until("bye")
	if rest := s.next(); rest != "" {
		t.Errorf("after bye comes %q", rest)
	}
}

func TestPricesAreTheSameForWhoCannotReadStreams(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		d.push(1001, 231.42, 231.50)
		r := d.watch("1001")
		synctest.Wait()
		w := httptest.NewRecorder()
		d.site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/prices?ids=1002,1001", nil))
		var body struct {
			Feed   struct{ State string }
			Prices []map[string]any
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		if streamed := prices(t, r.read()); w.Code != http.StatusOK || !sameJSON(t, body.Prices, streamed) || len(streamed) != 1 {
			t.Errorf("/prices answers %d %s, the stream %v", w.Code, w.Body, streamed)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("Cache-Control is %q", w.Header().Get("Cache-Control"))
		}
	})
}

func TestAStreamCannotBeAskedForByHEAD(t *testing.T) {
	t.Parallel()
	r, _ := answer(t, handlers.Options{Market: fixedMarket{}}, httptest.NewRequest(http.MethodHead, "/live?ids=1", nil))
	if r.status != http.StatusMethodNotAllowed {
		t.Errorf("HEAD answers %d", r.status)
	}
}

func TestEveryReaderHearsWhenTheFeedChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newLiveDesk(t, handlers.Options{})
		readers := []*liveReader{d.watch("1001"), d.watch("1002")}
		for _, tt := range []struct {
			phase       stream.Phase
			state, text string
		}{
			{stream.Reconnecting, "reconnecting", "Reconnecting to eToro"},
			{stream.Live, "live", "Live"},
			{stream.Refused, "refused", "Prices every 10 s"},
		} {
			time.Sleep(time.Second)
			for _, r := range readers {
				r.read()
			}
			d.turn(tt.phase)
			time.Sleep(time.Second)
			for i, r := range readers {
				want := `event: feed` + "\n" + `data: {"state":"` + tt.state + `","text":"` + tt.text + `","since":"`
				if text := r.read(); strings.Count(text, want) != 1 {
					t.Errorf("%s: reader %d gets %q", tt.phase, i, text)
				}
			}
		}
	})
}
