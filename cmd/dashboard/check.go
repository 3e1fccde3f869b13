package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/sandbox"
)

// checkTimeout bounds one question of the check; the whole catalogue is the slowest.
const checkTimeout = 60 * time.Second

// probe is one question of the check; its answer is a few words.
type probe struct {
	name string
	ask  func(context.Context, *etoro.Client) (string, error)
}

// The catalogue is asked for one row only, so that a check costs little.
var probes = []probe{
	{"keys", func(ctx context.Context, c *etoro.Client) (string, error) {
		a, err := c.Me(ctx)
		return fmt.Sprintf("signed in, scopes: %s", cmp.Or(strings.Join(a.Scopes, " "), "none told")), err
	}},
	{"instruments", func(ctx context.Context, c *etoro.Client) (string, error) {
		rows, err := c.Instruments(ctx, etoro.InstrumentsParams{IDs: []etoro.InstrumentID{1001, 100000}})
		return counted(len(rows), "row"), err
	}},
	{"exchanges", func(ctx context.Context, c *etoro.Client) (string, error) {
		rows, err := c.Exchanges(ctx)
		return counted(len(rows), "row"), err
	}},
	{"instrument types", func(ctx context.Context, c *etoro.Client) (string, error) {
		rows, err := c.InstrumentTypes(ctx)
		return counted(len(rows), "row"), err
	}},
	{"industries", func(ctx context.Context, c *etoro.Client) (string, error) {
		rows, err := c.StocksIndustries(ctx)
		return counted(len(rows), "row"), err
	}},
	{"market snapshot", func(ctx context.Context, c *etoro.Client) (string, error) {
		page, err := c.Snapshot(ctx, etoro.SnapshotParams{Page: 1, PageSize: 10})
		return counted(page.TotalItems, "row") + " in all", err
	}},
	{"rates", func(ctx context.Context, c *etoro.Client) (string, error) {
		rates, err := c.Rates(ctx, []etoro.InstrumentID{1001, 100000})
		return counted(len(rates), "rate"), err
	}},
	{"candles", func(ctx context.Context, c *etoro.Client) (string, error) {
		candles, err := c.Candles(ctx, etoro.CandlesParams{ID: 1001, Interval: etoro.OneDay, Count: 10})
		return counted(len(candles), "candle"), err
	}},
	{"closing prices", func(ctx context.Context, c *etoro.Client) (string, error) {
		closes, err := c.ClosingPrices(ctx)
		return counted(len(closes), "row"), err
	}},
}

// check asks eToro each question once and prints what came back. It fails when one of them did.
func check(ctx context.Context, cfg config, out io.Writer) error {
	if cfg.Sandbox {
		far, err := sandbox.Start(sandbox.Options{})
		if err != nil {
			return fmt.Errorf("sandbox: %w", err)
		}
		defer far.Close()
		cfg.Etoro = sandboxOptions(far, cfg.Etoro.RateLimit)
		fmt.Fprintln(out, "No keys are set: this checks the simulated eToro inside this program.")
	}
	client, err := etoro.New(withProduct(cfg.Etoro))
	if err != nil {
		return err
	}
	defer client.Close()
	fmt.Fprintf(out, "eToro at %s\n\n", client.BaseURL())
	failed := printProbes(ctx, client, out)
	b := client.Budget()
	fmt.Fprintf(out, "\nbudget: %d of %d requests of this minute spent\n", b.Spent, b.Limit)
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(probes))
	}
	return nil
}

func printProbes(ctx context.Context, client *etoro.Client, out io.Writer) (failed int) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer w.Flush()
	fmt.Fprintln(w, "CHECK\tRESULT\tSTATUS\tTIME\tX-REQUEST-ID")
	for _, p := range probes {
		var attempts []etoro.Attempt
		ctx, cancel := context.WithTimeout(etoro.WithObserver(ctx, func(a etoro.Attempt) { attempts = append(attempts, a) }), checkTimeout)
		answer, err := p.ask(ctx, client)
		cancel()
		if err != nil {
			failed++
			answer = "FAILED: " + advice(err)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.name, answer, attemptColumns(attempts))
	}
	return failed
}

// attemptColumns are the status, the time and the ids of the attempts of one check.
func attemptColumns(attempts []etoro.Attempt) string {
	if len(attempts) == 0 {
		return "not sent\t\t"
	}
	var ids []string
	var took time.Duration
	for _, a := range attempts {
		ids = append(ids, a.RequestID)
		took += a.Duration
	}
	status := "no answer"
	if s := attempts[len(attempts)-1].Status; s != 0 {
		status = fmt.Sprint(s)
	}
	return fmt.Sprintf("%s\t%s\t%s", status, took.Round(time.Millisecond), strings.Join(ids, " "))
}

// advice says what the class of an error means for whoever runs the check.
func advice(err error) string {
	switch {
	case errors.Is(err, etoro.ErrUnauthorized):
		return "eToro refuses the keys: are they current, of the right environment, and allowed from this address?"
	case errors.Is(err, etoro.ErrRateLimited):
		return "the request budget is spent: wait a minute, or is the key used elsewhere too?"
	case errors.Is(err, etoro.ErrNotFound):
		return "eToro does not know this address: is ETORO_BASE_URL right?"
	case errors.Is(err, etoro.ErrUnavailable):
		return "eToro did not answer: is it reachable from here?"
	}
	return err.Error()
}

func counted(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
