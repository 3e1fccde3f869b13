package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestReadersOfTheLoad is no test of its own: it is the process that TestLiveUnderLoad starts.
func TestReadersOfTheLoad(t *testing.T) {
	spec := os.Getenv(loadSetting)
	if spec == "" {
		t.Skip("started by TestLiveUnderLoad")
	}
	var l load
	if err := json.Unmarshal([]byte(spec), &l); err != nil {
		t.Fatal(err)
	}
	fmt.Println("outcome" + l.run(t))
}

// run opens all readers, says so, reads for the duration, and returns the outcome as JSON.
func (l load) run(t *testing.T) string {
	for range l.Stalled {
		defer l.dial(t, 0, stingy).Close()
	}
	readers := make([]*loadReader, l.Readers)
	var first, all sync.WaitGroup
	first.Add(l.Readers)
	for i := range readers {
		r := &loadReader{conn: l.dial(t, i, nil), timed: i%l.Sampled == 0}
		readers[i] = r
		all.Go(func() { r.read(first.Done) })
	}
	first.Wait()
	fmt.Println("open")
	time.Sleep(l.Duration)
	for _, r := range readers {
		r.conn.Close()
	}
	all.Wait()
	return summary(readers)
}

func summary(readers []*loadReader) string {
	var o outcome
	var delays []time.Duration
	for _, r := range readers {
		o.Events += r.events
		delays = append(delays, r.delays...)
	}
	if slices.Sort(delays); len(delays) > 0 {
		o.P50, o.P99, o.Worst = delays[len(delays)/2], delays[len(delays)*99/100], delays[len(delays)-1]
	}
	text, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// dial opens the ith stream and reads nothing of it.
func (l load) dial(t *testing.T, i int, control func(network, address string, c syscall.RawConn) error) net.Conn {
	d := net.Dialer{Control: control, Timeout: patience}
	conn, err := d.DialContext(context.Background(), "tcp", l.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, l.Each)
	for k := range ids {
		ids[k] = strconv.Itoa(1 + (i+k)%l.Rows)
	}
	if _, err := fmt.Fprintf(conn, "GET /live?ids=%s HTTP/1.1\r\nHost: %s\r\n\r\n", strings.Join(ids, ","), l.Addr); err != nil {
		t.Fatal(err)
	}
	return conn
}

// stingy makes the buffers of a connection small at both ends, so that not reading soon blocks the writer.
func stingy(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096)
		if failed == nil {
			failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 536)
		}
	})
	if err != nil {
		return err
	}
	return failed
}

// loadReader is one reader. What it has is its own until it has ended.
type loadReader struct {
	conn   net.Conn
	timed  bool
	events int
	delays []time.Duration
}

// read reads until the connection is closed. opened is called at the first price.
func (r *loadReader) read(opened func()) {
	lines := bufio.NewReaderSize(r.conn, 2048)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return
		}
		if !bytes.HasPrefix(line, []byte(`data: {"id"`)) {
			continue
		}
		if r.events++; r.events == 1 {
			opened()
			continue // a price that was there before
		}
		if !r.timed {
			continue
		}
		if at, ok := timeOf(line); ok {
			r.delays = append(r.delays, time.Since(at))
		}
	}
}

func timeOf(line []byte) (time.Time, bool) {
	_, rest, _ := bytes.Cut(line, []byte(`"at":"`))
	text, _, found := bytes.Cut(rest, []byte(`"`))
	at, err := time.Parse(time.RFC3339Nano, string(text))
	return at, found && err == nil
}
