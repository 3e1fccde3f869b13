package etoro_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"instrumentdesk/etoro"
)

// farSide stands in for eToro: it answers every request alike.
func farSide(status int, body string, header ...string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
}

func newClient(far *httptest.Server) *etoro.Client {
	client, err := etoro.New(etoro.Options{
		BaseURL: far.URL,
		APIKey:  "public-key",
		UserKey: "secret-key",
		Product: "Example/1.0",
	})
	if err != nil {
		panic(err)
	}
	return client
}

func ExampleClient_Rates() {
	far := farSide(200, `{"rates":[{"instrumentID":990001,"bid":12.34,"ask":12.36,"date":"2026-01-05T15:04:05Z"}]}`)
	defer far.Close()
	client := newClient(far)
	defer client.Close()

	rates, err := client.Rates(context.Background(), []etoro.InstrumentID{990001})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range rates {
		fmt.Println(r.ID, r.Bid, r.Ask, r.Date.Format(time.TimeOnly))
	}
	// Output: 990001 12.34 12.36 15:04:05
}

func ExampleRateLimitError() {
	far := farSide(429, `{"errorCode":"TooManyRequests","errorMessage":"Too many requests"}`, "Retry-After", "30")
	defer far.Close()
	client := newClient(far)
	defer client.Close()

	_, err := client.ClosingPrices(context.Background())
	if limit, ok := errors.AsType[*etoro.RateLimitError](err); ok {
		fmt.Println(limit.Op, "sent:", !limit.Local, "retry after:", limit.RetryAfter)
	}
	_, err = client.Me(context.Background())
	if limit, ok := errors.AsType[*etoro.RateLimitError](err); ok {
		fmt.Println(limit.Op, "sent:", !limit.Local, "because:", limit.API.Op, limit.API.Code)
	}
	// Output:
	// ClosingPrices sent: true retry after: 30s
	// Me sent: false because: ClosingPrices TooManyRequests
}

func ExampleDetails() {
	far := farSide(403, `{"errorCode":"InsufficientPermissions"}`)
	defer far.Close()
	client := newClient(far)
	defer client.Close()

	_, err := client.Me(context.Background())
	op, status, attempts, _ := etoro.Details(err)
	fmt.Println(op, status, len(attempts), "attempt")
	fmt.Println("keys refused:", errors.Is(err, etoro.ErrUnauthorized))
	// Output:
	// Me 403 1 attempt
	// keys refused: true
}

func ExampleWithObserver() {
	far := farSide(404, `{"errorCode":"RouteNotFound","errorMessage":"Route not found"}`)
	defer far.Close()
	client := newClient(far)
	defer client.Close()

	ctx := etoro.WithObserver(context.Background(), func(a etoro.Attempt) {
		fmt.Println(a.Op, a.Status, a.Err, "|", a.Retried)
	})
	_, _ = client.Exchanges(ctx)
	// Output: Exchanges 404 404 RouteNotFound: Route not found | no: 404 is final
}

func ExampleSecret() {
	o := etoro.Options{APIKey: "public-key", UserKey: "secret-key"}
	fmt.Printf("%v %q %s\n", o.APIKey, o.UserKey, o.AccessToken)
	// Output: [redacted] [redacted] [unset]
}
