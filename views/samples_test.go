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
		Quote:    sampleQuote(),
		Changes: []ChangeModel{
			{Period: "1 day", Text: "+1.18 %", Trend: "up", Title: "eToro's own figure", Size: 12, Live: true},
			{Period: "1 week", Text: "−0.64 %", Trend: "down", Title: "eToro's own figure", Size: 7},
			{Period: "3 months", Text: "+9.80 %", Trend: "up", Title: "since the close of 2026-08-24, 210.76, by daily candles", Size: 100},
			{Period: "1 year", Text: Unknown, Title: "eToro does not tell it"},
		},
		ChangesNote: "eToro's own figures, the rest from its daily candles, read 4 min ago.",
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
			{Name: "Visitors in 7 days", Value: "63,429", Number: true},
			{Name: "Currency", Value: "not stated by the API", Unknown: true},
		},
		Chart:       sampleChart(),
		Listings:    []ListingModel{{"AAPL.EUR", "/instruments/2001", "in EUR", "Frankfurt"}, {"AAPL.RTH", "/instruments/2002", "regular hours only", ""}},
		CompareHref: "/compare?ids=1001,2001,2002",
		Permalink:   "/instruments/1001", SymbolLink: "/s/AAPL", JSON: "/instruments/1001.json",
		Calls: []CallModel{
			{"What it is", `curl -H "x-api-key: $ETORO_API_KEY" 'https://example.test/api/v1/instruments?instrumentIds=1001'`},
			{"Bid and ask", `curl -H "x-api-key: $ETORO_API_KEY" 'https://example.test/api/v1/rates?instrumentIds=1001'`},
		},
	}
}

func sampleQuote() QuoteModel {
	return QuoteModel{
		Price: "231.42", Ask: "231.50", Unit: "GBX", UnitTitle: "pence: inferred from the exchange", Spread: "0.08", SpreadPct: "0.03 %",
		Change: "+1.18 %", Trend: "up", Since: "since 228.72, the previous close",
		Market: "Market open", MarketTone: Good, MarketNote: "eToro's own flag",
		Time:    Moment{Text: "05:30:12 UTC", ISO: "2026-11-24T05:30:12Z", Age: "4 s old"},
		Source:  "pushed by eToro",
		Dollars: &DollarsModel{Bid: "3.03", Ask: "3.04", Rate: "at eToro's rate of 0.0131", BidRate: "0.0131", AskRate: "0.0131"},
		Range:   &RangeModel{Name: "Day’s range", Low: "229.10", High: "232.05", Percent: 78.6, PlainLow: "229.1", PlainHigh: "232.05"},
	}
}

// sampleInstrumentStale is a price that could not be read anew, on a day that nobody traded.
func sampleInstrumentStale() InstrumentModel {
	m := sampleInstrument()
	m.Quote.Old, m.Quote.Time = true, Moment{Text: "2026-11-23 05:30:12 UTC", ISO: "2026-11-23T05:30:12Z", Age: "24 h old"}
	m.Quote.Market, m.Quote.MarketTone = "Market closed", Neutral
	m.Quote.Note = "This price was read 12 min ago. Reading it anew went wrong."
	m.Quote.Err = samplePanelError()
	m.Quote.Range.Name = "Range of 2026-11-23"
	m.Page.Stale = "The catalogue is 2 h old."
	return m
}

// sampleInstrumentUnknown is one that eToro has no price of and knows hardly anything about.
func sampleInstrumentUnknown() InstrumentModel {
	m := sampleInstrument()
	m.Quote = QuoteModel{
		Price: Unknown, Ask: Unknown, Spread: Unknown, SpreadPct: Unknown, Change: Unknown, Time: Moment{Text: "no time told"},
		Note: "eToro tells no price for it.",
	}
	m.Changes, m.ChangesNote = nil, "eToro tells no change of it."
	m.Closes, m.ClosesNote, m.Listings, m.CompareHref, m.Calls = nil, "eToro has no closing price for it", nil, "", nil
	m.Chart = sampleChartEmpty()
	return m
}

func sampleInstrumentNoCandles() InstrumentModel {
	m := sampleInstrument()
	m.Chart, m.Quote.Range = sampleChartError(), nil
	m.Changes, m.ChangesNote = m.Changes[:2], "The others are measured from daily candles, which could not be read: Candles · answered 500 · 3 attempts · eToro x-request-id "+theirs+"."
	return m
}

func sampleInstrumentHidden() InstrumentModel {
	m := sampleInstrument()
	m.HiddenBy = "dormant placeholder"
	return m
}

func sampleInstrumentDelisted() InstrumentModel {
	m := sampleInstrument()
	m.Quote.Market, m.Quote.MarketTone, m.Quote.Old = "Delisted", Bad, true
	m.Quote.Time = Moment{Text: "2024-05-01 20:00:00 UTC", ISO: "2024-05-01T20:00:00Z", Age: "937 d old"}
	m.Quote.Change, m.Quote.Trend, m.Quote.Since = Unknown, "", ""
	m.Quote.Range = &RangeModel{Name: "Range of 2024-05-01", Low: "11.90", High: "11.90", Percent: 50, PlainLow: "11.9", PlainHigh: "11.9"}
	return m
}

// sampleInstrumentError is one of which eToro answers nothing at all: the page stands on what is in memory.
func sampleInstrumentError() InstrumentModel {
	m := sampleInstrumentNoCandles()
	m.Quote = sampleInstrumentUnknown().Quote
	m.Quote.Note, m.Quote.Err, m.ClosesErr = "", samplePanelError(), samplePanelError()
	m.Closes, m.ClosesNote = nil, ""
	return m
}

// samplePanelError is a failure in a part of a page.
func samplePanelError() *ErrorModel {
	e := sampleError(502, 0)
	e.Page, e.Actions = Page{}, nil
	return &e
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
