package views

// The samples are what the handlers send in each state, with every part of a model used at least once.

const (
	ourID  = "3f0c2a9e-6a1d-4c52-9d0e-5b8f1f6f7a21"
	theirs = "b7d1e6f0-12c4-4f7e-8a35-0a9c4d2e9b10"
)

func samplePage(title, path string) Page {
	return Page{
		Title: title, Path: path,
		Banner: "Sandbox data: made-up prices. Set ETORO_API_KEY and ETORO_USER_KEY for the real ones.",
		Pills: []Pill{
			{Text: "Catalogue 12,214 · 4 min old", Title: "12,214 instruments, read 2026-11-24 05:26:12 UTC"},
			{Text: "eToro budget 5 of 60", Title: "5 of 60 calls are left in this minute", Tone: Warn},
		},
		Build: "v1.2.3", RequestID: ourID, NoIndex: true,
	}
}

func sampleList() ListModel {
	return ListModel{
		Page: samplePage("app", "/?q=app&type=stocks&page=2"), Query: "app",
		State: []HiddenInput{{"type", "stocks"}, {"sort", "-change"}},
		Count: "131 instruments", Range: "51–100 of 131",
		Chips: []Chip{{"Stocks", "/?q=app"}}, ClearAll: "/?q=app",
		Hidden:  &Link{Text: "8 more are hidden (dormant, test) · show", Href: "/?q=app&type=stocks&hidden=1"},
		Facets:  sampleFacets(),
		Columns: sampleColumns(),
		Rows:    sampleRows(),
		Pager: Pager{
			Prev: "/?q=app&type=stocks", Next: "/?q=app&type=stocks&page=3", Text: "Page 2 of 9",
			Pages: []PageLink{
				{Text: "1", Href: "/?q=app&type=stocks"}, {Text: "2", Current: true},
				{Text: "3", Href: "/?q=app&type=stocks&page=3"}, {Gap: true}, {Text: "9", Href: "/?q=app&type=stocks&page=9"},
			},
		},
		CSV: "/instruments.csv?q=app&type=stocks", JSON: "/instruments.json?q=app&type=stocks",
		SelfURL: "/?q=app&type=stocks&page=2",
	}
}

func sampleFacets() []FacetModel {
	return []FacetModel{
		{Name: "Type", Key: "type", Options: []FacetOption{
			{Text: "Stocks", Count: "131", Href: "/?q=app", Selected: true},
			{Text: "ETF", Count: "6", Href: "/?q=app&type=stocks&type=etf"},
		}},
		{Name: "Exchange", Key: "exchange", More: 2, Options: []FacetOption{
			{Text: "Nasdaq", Count: "19", Href: "/?q=app&type=stocks&exchange=nasdaq"},
			{Text: "Hong Kong", Count: "1", Href: "/?q=app&type=stocks&exchange=hong-kong"},
			{Text: "Börse Zürich", Count: "0", Href: "/?q=app&type=stocks&exchange=boerse-zuerich"},
		}},
	}
}

func sampleColumns() []Column {
	return []Column{
		{Text: "Instrument", Key: "instrument", Href: "/?q=app&sort=symbol"},
		{Text: "Type", Key: "type"},
		{Text: "Exchange", Key: "exchange"},
		{Text: "Price", Key: "price", Href: "/?q=app&sort=price", Numeric: true},
		{Text: "Day", Key: "change", Href: "/?q=app&sort=change", Sorted: "descending", Numeric: true},
		{Text: "30 days", Key: "spark"},
		{Text: "Prev. close", Key: "close", Numeric: true},
	}
}

func sampleRows() []RowModel {
	return []RowModel{
		{
			ID: "1001", Href: "/instruments/1001", Symbol: []Part{{"AAPL", false}}, Name: []Part{{"App", true}, {"le", false}},
			Monogram: "A", Colour: 5, Type: "Stocks", Exchange: "Nasdaq", Industry: "Technology", Listings: "+2 listings",
			Price: "231.42", PriceTitle: "read 2026-11-24 05:30:12 UTC, 4 min ago", Change: "+1.18 %", Trend: "up",
			Spark: NewSpark([]float64{220, 226.5, 221, 231.42}),
			Close: "228.72", CloseTitle: "closed 2026-11-23",
		},
		{
			ID: "1002", Href: "/instruments/1002", Symbol: []Part{{"APP", true}, {".FUT", false}}, Name: []Part{{"AT&T <old>", false}},
			Monogram: "AO", Colour: 11, Type: "Stocks", Exchange: "NYSE",
			Price: "34.87", Change: "−0.92 %", Trend: "down", Close: "35.19", Badge: "expires",
		},
		{
			ID: "1003", Href: "/instruments/1003", Symbol: []Part{{"APX", false}}, Name: []Part{{"Appia", false}},
			Monogram: "A", Type: "Stocks", Exchange: "Sydney", Price: Unknown, Change: Unknown, Close: Unknown, HiddenBy: "dormant placeholder",
		},
	}
}

func sampleListFirst() ListModel {
	m := sampleList()
	m.Page.Path, m.Query, m.State, m.Chips, m.ClearAll, m.Hidden = "/", "", nil, nil, "", nil
	m.Pager.Prev = ""
	m.Pager.Pages = []PageLink{{Text: "1", Current: true}, {Text: "2", Href: "/?page=2"}}
	return m
}

func sampleListLast() ListModel {
	m := sampleList()
	m.Pager.Next = ""
	m.Pager.Pages = []PageLink{{Text: "1", Href: "/?q=app"}, {Gap: true}, {Text: "9", Current: true}}
	return m
}

func sampleListStale() ListModel {
	m := sampleList()
	m.Page.Stale = "eToro has not answered since 03:30 UTC: this catalogue is 2 h old. eToro's request id " + theirs
	m.Rows, m.Pager, m.Facets = m.Rows[:1], Pager{Text: "Page 1 of 1", Pages: []PageLink{{Text: "1", Current: true}}}, nil
	return m
}

func sampleListCorrected() ListModel {
	m := sampleListStale()
	m.Page.Stale, m.Stale = "", "prices are 2 h old"
	m.Note, m.Instead = "Showing results for apple", &Link{Text: "Search instead for aplle", Href: "/?q=%3Daplle"}
	return m
}

func sampleListEmpty(title, text string, links ...Link) ListModel {
	m := sampleList()
	m.Query, m.Count, m.Range, m.Rows, m.Pager = "zzz", "No instruments", "", nil, Pager{}
	m.Empty = &EmptyModel{Title: title, Text: text, Links: links}
	return m
}

func sampleFragment() ListModel {
	m := sampleList()
	m.Page = Page{Title: "app"}
	return m
}

func sampleInstrument() InstrumentModel {
	return InstrumentModel{
		Page: samplePage("Apple · AAPL", "/instruments/1001"), ID: "1001", Symbol: "AAPL", Name: "Apple", Monogram: "A", Colour: 5,
		Crumbs:   []Link{{Text: "Instruments", Href: "/"}, {Text: "Stocks", Href: "/?type=stocks"}, {Text: "Nasdaq"}},
		Subtitle: "Stocks · Nasdaq · Technology · id 1001",
		Price:    "231.42", PriceNote: "read 05:30:12 UTC · 4 min old", Change: "+1.18 %", Trend: "up",
		Market: "Market open", MarketTone: Good, MarketNote: "eToro's own flag",
		Cells: []QuoteCell{
			{"Bid", "bid", "231.42", "what a seller gets"}, {"Ask", "ask", "231.50", "what a buyer pays"},
			{"Spread", "spread", "0.08", ""}, {"Spread in %", "spread_pct", "0.03 %", ""}, {"Quoted at", "at", "05:30:12 UTC", ""},
		},
		Converted: "in USD, by eToro's conversion rate of 1",
		DayRange:  &DayRange{Low: "229.10", High: "232.05", Day: "2026-11-24", Place: 79},
		Changes: []ChangeModel{
			{"1D", "+1.18 %", "up", "as eToro tells it", 12}, {"1W", "−0.64 %", "down", "as eToro tells it", 7},
			{"3M", "+9.80 %", "up", "since the close of 2026-08-24, 210.76", 100}, {"1Y", Unknown, "", "", 0},
		},
		ChangesNote: "read 4 min ago", JSON: "/instruments/1001.json",
		Closes: []CloseModel{
			{"Day", "228.72", "2026-11-23", "+1.18 %", "up"},
			{"Week", "232.91", "2026-11-17", "−0.64 %", "down"},
			{"Month", Unknown, "", Unknown, ""},
		},
		ClosesNote: "read 2026-11-24 05:00:02 UTC · 30 min old",
		Facts: []Fact{
			{Name: "Instrument id", Value: "1001", Copy: "1001"},
			{Name: "Type", Value: "Stocks", Title: "eToro's type 5", Href: "/?type=stocks"},
			{Name: "Expires", Value: "no"},
			{Name: "Currency", Value: "not stated by the API", Unknown: true},
		},
		Chart:     sampleChart(),
		Listings:  []ListingModel{{"AAPL.EUR", "/instruments/2001", "in EUR", "Frankfurt"}, {"AAPL.RTH", "/instruments/2002", "regular hours only", ""}},
		Permalink: "/instruments/1001", SymbolLink: "/s/AAPL",
		Curl: `curl -H "x-api-key: $ETORO_API_KEY" 'https://example.test/api/v1/instruments?instrumentIds=1001'`,
	}
}

func sampleInstrumentUnknown() InstrumentModel {
	m := sampleInstrument()
	m.Cells, m.Converted, m.DayRange, m.Changes, m.ChangesNote = nil, "", nil, nil, ""
	m.Price, m.PriceNote, m.Change, m.Trend, m.Market, m.MarketNote = Unknown, "eToro has sent no price for it", "", "", "", ""
	m.Closes, m.ClosesNote, m.Listings, m.Curl = nil, "eToro has no closing price for it", nil, ""
	m.Chart = sampleChartEmpty()
	return m
}

func sampleInstrumentHidden() InstrumentModel {
	m := sampleInstrument()
	m.HiddenBy, m.PriceOld, m.PriceNote = "dormant placeholder", true, "read 2026-11-23 05:30:12 UTC · 24 h old"
	m.Market, m.MarketTone = "Market closed", Neutral
	m.Page.Stale = "this catalogue is 2 h old"
	return m
}

func sampleInstrumentQuoteError() InstrumentModel {
	m := sampleInstrument()
	e := sampleError(503, 7)
	e.Page, e.Actions = Page{}, nil
	m.Cells, m.Converted, m.QuoteErr, m.Chart = nil, "", &e, sampleChartEmpty()
	m.PriceNote, m.PriceOld = "read 05:01:12 UTC · 29 min old", true
	return m
}

func sampleInstrumentDelisted() InstrumentModel {
	m := sampleInstrument()
	m.Market, m.MarketTone, m.Cells, m.Converted, m.PriceOld = "Delisted", Bad, nil, "", true
	return m
}

func sampleInstrumentClosesError() InstrumentModel {
	m := sampleInstrument()
	e := sampleError(502, 0)
	e.Page = Page{}
	m.Closes, m.ClosesNote, m.ClosesErr = nil, "", &e
	return m
}

func sampleError(status, retryAfter int) ErrorModel {
	kickers := map[int]string{
		400: "400 · the request cannot be answered", 404: "404 · not found", 429: "429 · too many requests",
		500: "500 · our mistake", 502: "502 · eToro answered with an error", 503: "503 · eToro is limiting us", 504: "504 · eToro is too slow",
	}
	return ErrorModel{
		Page: samplePage("Something went wrong", "/instruments/1001"), Status: status, Kicker: kickers[status],
		Title: "Something went wrong", Text: "What happened, and what you can do.", RetryAfter: retryAfter, RetryHref: "/instruments/1001",
		Actions: []Link{{Text: "Back to the list", Href: "/"}},
		Facts: []Fact{
			{Name: "Our request id", Value: ourID, Copy: ourID},
			{Name: "eToro x-request-id", Value: theirs, Copy: theirs},
			{Name: "What was asked", Value: "ClosingPrices · 3 attempts · answered 500"},
			{Name: "When", Value: "2026-11-24 05:30:12 UTC"},
		},
		Support: "request id  " + ourID + "\neToro id    " + theirs,
	}
}

func sampleInlineError() ErrorModel {
	m := sampleError(503, 7)
	m.Page, m.KeepsOld = Page{}, true
	return m
}
